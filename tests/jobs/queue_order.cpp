#include "jobs/queue/queue_order.hpp"

#include "tests/support/queue_fixture.hpp"

namespace freshet::jobs {
namespace {

std::string letters(const std::vector<std::size_t>& order) {
    std::string text;
    for (const auto position : order)
        text += static_cast<char>('a' + position);
    return text;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(queue_order, tests::QueueFixture)

BOOST_AUTO_TEST_CASE(each_queue_gets_its_share_spread_evenly) {
    struct Case {
        std::vector<std::int64_t> weights;
        std::string order;
    };
    for (const Case& one : std::vector<Case>{{{1, 1}, "abababab"}, {{3, 1}, "aabaaaba"},
             {{5, 1, 1}, "aabacaaaabacaa"}, {{1}, "aaa"}, {{}, ""}}) {
        QueueOrder order(one.weights);
        std::string text;
        while (text.size() < one.order.size())
            text += letters(order.next(1));
        BOOST_TEST(text == one.order);
        BOOST_TEST(letters(QueueOrder(one.weights).next(one.order.size())) == one.order);
    }
}

BOOST_AUTO_TEST_CASE(claims_follow_it_and_an_empty_queue_leaves_its_turn_to_the_others) {
    for (const std::string name : {"high", "low"})
        for (int i = 1; i <= 4; ++i)
            enqueue(job(name + std::to_string(i), name));
    QueueOrder order({3, 1, 1});
    std::string ids;
    for (int time = 0; time < 4; ++time) {
        ClaimRequest request{.workers = {"w.1", "w.2"}, .look_first = order.next(2)};
        ids += ids_of(wait(queue.claim(std::move(request))).jobs) + ",";
    }
    // order: high default high low high | high default high (default is empty: high takes its turns)
    BOOST_TEST(ids == "high1,high2,high3,low1,high4,low2,low3,low4,");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::jobs
