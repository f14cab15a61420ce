// A worker that runs one child until someone kills it: doomed_worker <folder> <program> <argument>...
#include "worker/process/child.hpp"

#include <boost/asio.hpp>

#include <cstdio>

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    freshet::worker::ChildSpec spec;
    spec.working_directory = argv[1];
    spec.program = argv[2];
    spec.arguments.assign(argv + 3, argv + argc);
    spec.log_file = spec.working_directory / "log.txt";
    boost::asio::io_context context;
    boost::asio::co_spawn(context, freshet::worker::run_child(std::move(spec)),
        [](std::exception_ptr, freshet::Result<freshet::worker::ChildOutcome> result) {
            std::puts(result ? result->describe().c_str() : result.error().message.c_str());
        });
    context.run();
}
