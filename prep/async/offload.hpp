#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace freshet::prep {

/// Runs `work` on the pool and returns what it returns, on the caller's executor; an exception passes
/// through. What `work` touches must not be touched by others meanwhile. Work that has begun is not
/// cancelled: it is waited for.
template <class Work>
auto offload(boost::asio::thread_pool& pool, Work work) -> boost::asio::awaitable<decltype(work())> {
    auto run = [](Work inner) -> boost::asio::awaitable<decltype(work())> {
        co_return inner();
    };
    co_return co_await boost::asio::co_spawn(pool, run(std::move(work)), boost::asio::use_awaitable);
}

} // namespace freshet::prep
