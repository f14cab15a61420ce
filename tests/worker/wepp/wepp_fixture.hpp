#pragma once

#include "jobs/queue/encoding.hpp"
#include "tests/support/worker_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace freshet::tests {

inline constexpr int hillslopes = 8;
inline constexpr int years = 2;

/// A run with an abstracted watershed of three channels and eight hillslopes, and its climate: all that WEPP
/// starts from.
struct WeppFixture : WorkerFixture {
    using Path = std::filesystem::path;

    Path make_wepp_run(const std::string& run_id) {
        const auto run = make_run(run_id, years);
        Process climate(
            {"/bin/sh", "-c",
                fmt::format("cd {} && {}/freshet-climate -iseattle.par -oseattle.cli -b2001 -y{} -t5 -r7 -F",
                    (run / "climate").string(), FRESHET_BIN_DIR, years)},
            folder.path() / "climate.out");
        BOOST_REQUIRE_MESSAGE(climate.wait() == 0, climate.output());
        write_text(run / "climate.nodb",
            R"({"station":"climate/seattle.par","years":2,"first_year":2001,"cli":"climate/seattle.cli"})");
        for (const auto* name : {"sample.man", "sample.sol"})
            std::filesystem::copy_file(Path(FRESHET_SOURCE_DIR) / "worker/samples" / name, run / name);
        write_text(run / "bare.man", bare(text_of(run / "sample.man")));
        write_text(run / "wepp.nodb",
            R"({"py/object":"wepppy.nodb.Wepp","management":"bare.man","managements":{"33":"sample.man"},"soil":"sample.sol"})");
        make_watershed(run / "watershed");
        return run;
    }

    static void make_watershed(const Path& folder) {
        std::filesystem::create_directories(folder / "slope_files/hillslopes");
        std::string table = "topaz_id,slope_scalar,length,width,area,channel_id,side\n";
        for (const auto& [id, channel, side] :
            {std::tuple{22, 24, "left"}, {23, 24, "right"}, {31, 34, "top"}, {32, 34, "left"},
                {33, 34, "right"}, {41, 44, "top"}, {42, 44, "left"}, {43, 44, "right"}}) {
            table += fmt::format("{},0.2,100.0,{},{},{},{}\n", id, 2 * id, 200 * id, channel, side);
            write_text(folder / fmt::format("slope_files/hillslopes/hill_{}.slp", id),
                fmt::format("97.5\n# a comment\n1\n200.0 {}\n2 100.0\n0.0, 0.15 1.0, 0.25\n", 2 * id));
        }
        write_text(folder / "hillslopes.csv", table);
        write_text(folder / "channels.csv", "topaz_id,length,order\n24,300,2\n34,200,1\n44,250,1\n");
        write_text(folder / "network.txt", "24|34,44\n");
        std::string slopes = "97.5\n# aspect, width\n3\n";
        for (const int length : {300, 200, 250})
            slopes += fmt::format("180.0 1.5\n2 {}\n0.0, 0.05 1.0, 0.03\n", length);
        write_text(folder / "slope_files/channels.slp", slopes);
    }

    // No cover at all, so that there is something to see.
    static std::string bare(std::string management) {
        const std::string covered = "0.5 300 300 0.0 0.7";
        const auto at = management.find(covered);
        BOOST_REQUIRE(at != std::string::npos);
        return management.replace(at, covered.size(), "0.0 300 300 0.0 0.1");
    }

    std::string start_wepp(const std::string& run_id) { return enqueue({"run_wepp", run_id}); }
    void wait_for_end(const std::string& root) const {
        wait_for_status(root + "-wepp_log_complete", "finished");
    }

    boost::json::object meta_of(const std::string& job) const {
        return boost::json::parse(queue_db({"HGET", "rq:job:" + job, "meta"})).as_object();
    }
    boost::json::object result_of(const std::string& job) const {
        const auto entry = queue_db({"XREVRANGE", "rq:results:" + job, "+", "-", "COUNT", "1"});
        const std::string field = "return_value\n";
        const auto at = entry.find(field);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, entry);
        const auto value = entry.substr(at + field.size());
        return boost::json::parse(jobs::base64_decode(value.substr(0, value.find('\n'))).value()).as_object();
    }
    /// Ids of the chunk jobs in their order.
    std::vector<std::string> chunks_of(const std::string& root) const {
        std::map<int, std::string> found;
        for (const auto& [name, id] : meta_of(root + "-wepp_plan_hillslopes"))
            if (std::string_view(name).starts_with("jobs:1,func:hillslopes-"))
                found[std::stoi(std::string(name).substr(23))] = std::string(id.as_string());
        std::vector<std::string> ids;
        for (const auto& [first, id] : found)
            ids.push_back(id);
        return ids;
    }

    /// wepp/runs and wepp/output with all below: name -> content.
    static std::map<std::string, std::string> results_of(const Path& run) {
        std::map<std::string, std::string> files;
        for (const auto* place : {"runs", "output"})
            for (const auto& entry : std::filesystem::recursive_directory_iterator(run / "wepp" / place))
                if (entry.is_regular_file())
                    files[std::filesystem::relative(entry.path(), run / "wepp")] = text_of(entry.path());
        return files;
    }
    static std::set<std::string> names_of(const std::map<std::string, std::string>& files) {
        std::set<std::string> names;
        for (const auto& [name, text] : files)
            names.insert(name);
        return names;
    }
    static void check_same(
        const std::map<std::string, std::string>& found, const std::map<std::string, std::string>& expected) {
        BOOST_TEST(names_of(found) == names_of(expected), boost::test_tools::per_element());
        for (const auto& [name, text] : expected)
            if (found.contains(name)) BOOST_TEST((found.at(name) == text), name << " differs");
    }

    /// Ids in states in which something still would have to happen to them.
    std::string stranded() const {
        return queue_script(
            "local left = {} for _, key in ipairs({'rq:deferred:default', 'rq:scheduled:default', "
            "'rq:wip:default'}) do for _, id in ipairs(redis.call('ZRANGE', key, 0, -1)) do "
            "left[#left + 1] = id end end for _, id in ipairs(redis.call('LRANGE', "
            "'rq:queue:default', 0, -1)) do left[#left + 1] = id end return table.concat(left, ' ')",
            {});
    }
    pid_t process_of(const std::string& job) const {
        const auto worker = queue_db({"HGET", "rq:job:" + job, "worker_name"});
        const auto slot = worker.rfind('.');
        const auto pid = worker.rfind('.', slot - 1);
        return static_cast<pid_t>(std::stol(worker.substr(pid + 1, slot - pid - 1)));
    }
    std::int64_t stamp(const std::string& run_id, const std::string& task) const {
        return std::stoll(runs_db({"HGET", run_id, "timestamps:" + task}));
    }
};

/// Waits for the file `gate` before it does what the program does, and says in `began` that it waits.
inline std::string gated(const std::filesystem::path& folder, const std::string& program) {
    return fmt::format(
        "echo x >> {0}/began-{1}\nwhile [ ! -e {0}/go-{1} ]; do sleep 0.02; done\nexec {2}/{1} \"$@\"\n",
        folder.string(), program, FRESHET_BIN_DIR);
}

} // namespace freshet::tests
