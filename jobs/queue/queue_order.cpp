#include "jobs/queue/queue_order.hpp"

#include <algorithm>
#include <numeric>

namespace freshet::jobs {

std::vector<std::size_t> QueueOrder::next(std::size_t claims) {
    std::vector<std::size_t> order;
    while (!weights_.empty() && order.size() < claims)
        order.push_back(next_one());
    return order;
}

std::size_t QueueOrder::next_one() {
    for (std::size_t i = 0; i < weights_.size(); ++i)
        credits_[i] += weights_[i];
    const auto richest = std::max_element(credits_.begin(), credits_.end());
    *richest -= std::accumulate(weights_.begin(), weights_.end(), std::int64_t{0});
    return static_cast<std::size_t>(richest - credits_.begin());
}

} // namespace freshet::jobs
