#pragma once

#include "tests/support/worker_fixture.hpp"

#include <fmt/format.h>

#include <map>

namespace freshet::tests {

/// A folder's files and what they hold.
inline std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file())
            files[entry.path().lexically_relative(folder).string()] = text_of(entry.path());
    return files;
}

/// A run with the sample's elevations, and jobs on it.
class WatershedFixture : public WorkerFixture {
public:
    static constexpr const char* settings =
        R"({"py/object":"wepppy.nodb.Watershed","csa":40,"mcl":300,"outlet":{"x":-7700,"y":-7100}})";

    std::filesystem::path make_watershed_run(const std::string& text = settings) {
        const std::filesystem::path run = runs_root / "r1";
        std::filesystem::create_directories(run / "dem");
        std::filesystem::copy_file(
            std::filesystem::path(FRESHET_SOURCE_DIR) / "worker/samples/jacksboro.asc", run / "dem/dem.asc");
        write_text(run / "watershed.nodb", text);
        return run;
    }

    /// Runs a task on the run to its end.
    Printed job(const std::string& task) { return freshet({"enqueue", task, "r1", "--wait"}); }

    /// A job as Python enqueues it, whatever else of the run is queued.
    void enqueue_as_python(
        const std::string& id, const std::string& task, const std::string& kwargs = "{}") const {
        queue_db({"HSET", "rq:job:" + id, "data",
            fmt::format(R"(["wepppy.rq.project_rq.{}_rq", null, ["r1"], {}])", task, kwargs), "origin",
            "default", "status", "queued", "created_at", "2026-01-01T00:00:00.000000Z"});
        queue_db({"RPUSH", "rq:queue:default", id});
    }

    /// The same, for a job that does not wait for others that write the same controller.
    void enqueue_regardless(const std::string& id, const std::string& task) const {
        queue_db({"HSET", "rq:job:" + id, "freshet:key", "of its own"});
        enqueue_as_python(id, task);
    }

    /// The steps in order, which must succeed.
    void build(const std::vector<std::string>& tasks) {
        const auto worker = start_worker();
        for (const std::string& task : tasks)
            if (const auto printed = job(task); printed.code != 0)
                throw std::runtime_error(task + ": " + printed.text + worker->output());
    }

    /// The built-in abstraction program, then `spoil` on what it left in its working directory if the step
    /// is `step`.
    std::filesystem::path make_spoiler(const std::string& step, const std::string& spoil) {
        return make_program("spoiler", fmt::format("{0}/freshet-watershed \"$@\" || exit $?\n"
                                                   "[ \"$1\" != {1} ] || {{ {2}\n}}\n",
                                           FRESHET_BIN_DIR, step, spoil));
    }
};

} // namespace freshet::tests
