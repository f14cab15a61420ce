#include "jobs/client/blocking_producer.hpp"

#include "jobs/client/producer.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include <thread>

namespace freshet::jobs {

namespace asio = boost::asio;

class BlockingProducer::Impl {
public:
    explicit Impl(const prep::redis::Settings& settings)
        : redis_(context_.get_executor(), settings, {settings.databases.queue, "freshet-producer"}) {
        asio::co_spawn(context_, redis_.run(), asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }

    ~Impl() {
        asio::post(context_, [this] { redis_.stop(); });
        thread_.join();
    }

    template <class T>
    Result<T> wait_for(asio::awaitable<Result<T>> call) {
        return asio::co_spawn(context_, std::move(call), asio::use_future).get();
    }

    Producer& producer() { return producer_; }

private:
    asio::io_context context_{1};
    prep::redis::Connection redis_;
    Producer producer_{redis_};
    std::thread thread_; ///< the context runs as long as the connection is served
};

BlockingProducer::BlockingProducer(prep::redis::Settings settings)
    : impl_(std::make_unique<Impl>(settings)) {}

BlockingProducer::~BlockingProducer() = default;

Result<Receipt> BlockingProducer::enqueue(NewJob job) {
    return impl_->wait_for(impl_->producer().enqueue(std::move(job)));
}

Result<std::vector<Receipt>> BlockingProducer::enqueue_all(std::vector<NewJob> jobs) {
    return impl_->wait_for(impl_->producer().enqueue_all(std::move(jobs)));
}

Result<JobRecord> BlockingProducer::job(std::string id) {
    return impl_->wait_for(impl_->producer().job(std::move(id)));
}

Result<Ended> BlockingProducer::wait(std::string id, std::chrono::milliseconds limit) {
    return impl_->wait_for(impl_->producer().wait(std::move(id), limit));
}

} // namespace freshet::jobs
