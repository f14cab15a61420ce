#include "tests/interop/python.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace freshet::tests {
namespace {

constexpr const char* prelude = R"(
import json, sys, time
from datetime import datetime, timedelta, timezone
from redis import Redis
from rq import Queue, Retry, SimpleWorker, Worker
from rq.command import send_stop_job_command
from rq.job import Job, JobStatus
from rq.registry import (CanceledJobRegistry, DeferredJobRegistry, FailedJobRegistry, FinishedJobRegistry,
                         ScheduledJobRegistry, StartedJobRegistry, clean_registries)
from rq.results import Result
from rq.serializers import DefaultSerializer, JSONSerializer
connection = Redis(unix_socket_path=sys.argv[1], db=9)
default = Queue('default', connection=connection)
in_json = Queue('default', connection=connection, serializer=JSONSerializer)
JobStatus.__str__ = lambda status: status.value  # as RQ 1 prints it
climate = 'wepppy.rq.project_rq.build_climate_rq'
def wait_until(holds):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, 'waited for too long'
        time.sleep(0.01)
)";

struct TemporaryFile {
    TemporaryFile() {
        auto pattern = (std::filesystem::temp_directory_path() / "freshet-python-XXXXXX").string();
        if (const int file = mkstemp(pattern.data()); file >= 0) fclose(fdopen(file, "w"));
        path = pattern;
    }
    ~TemporaryFile() { std::filesystem::remove(path); }
    std::filesystem::path path;
};

} // namespace

std::string python(const std::string& socket, const std::string& lines) {
    const TemporaryFile script;
    std::ofstream(script.path) << prelude << lines << '\n';
    const std::string command = "/usr/bin/python3 '" + script.path.string() + "' '" + socket + "' 2>&1";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (!pipe) throw std::runtime_error("popen: " + command);
    std::string output;
    std::array<char, 4096> buffer;
    for (std::size_t got; (got = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        output.append(buffer.data(), got);
    if (pclose(pipe) != 0) throw std::runtime_error(lines + "\nfailed:\n" + output);
    if (output.ends_with('\n')) output.pop_back();
    return output;
}

} // namespace freshet::tests
