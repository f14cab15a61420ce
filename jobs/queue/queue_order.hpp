#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace freshet::jobs {

/// Which of several queues to look at first, claim by claim, so that each gets its share: of any w1 + ... +
/// wn claims in a row the i-th queue gets wi, spread as evenly as can be (smooth weighted round robin).
/// Without weights the queues' own order decides always: strict priority.
class QueueOrder {
public:
    /// Weights from 1 to 1000, or none for strict priority.
    explicit QueueOrder(std::vector<std::int64_t> weights)
        : weights_(std::move(weights)), credits_(weights_.size()) {}

    /// For each of `claims` the position of a queue, from 0; empty for strict priority.
    std::vector<std::size_t> next(std::size_t claims);

private:
    std::size_t next_one();

    std::vector<std::int64_t> weights_;
    std::vector<std::int64_t> credits_;
};

} // namespace freshet::jobs
