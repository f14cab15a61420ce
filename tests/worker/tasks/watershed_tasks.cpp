#include "prep/redis/subscriber.hpp"
#include "tests/support/run_coroutine.hpp"
#include "tests/worker/tasks/watershed_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
namespace fs = std::filesystem;

boost::json::object controller_of(const fs::path& run) {
    return boost::json::parse(text_of(run / "watershed.nodb")).as_object();
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(watershed_tasks, WatershedFixture)

BOOST_AUTO_TEST_CASE(from_elevations_to_hillslopes_in_three_jobs) {
    const auto run = make_watershed_run();
    cache_db({"SET", "nodb_cache:r1:watershed", "old"});
    const auto worker = start_worker();

    const auto channels = job("build_channels");
    BOOST_TEST(channels.code == 0, channels.text << worker->output());
    BOOST_TEST(contains(channels.text, R"("dir":"dem/channels")"), channels.text);
    BOOST_TEST(contains(channels.text, R"("cells":1384)"), channels.text);
    BOOST_TEST(cache_db({"EXISTS", "nodb_cache:r1:watershed"}) == "0");

    const auto outlet = job("set_outlet");
    BOOST_TEST(outlet.code == 0, outlet.text << worker->output());
    BOOST_TEST(contains(outlet.text, R"("x":-7.6875E3)"), outlet.text);

    const auto abstraction = job("abstract_watershed");
    BOOST_TEST(abstraction.code == 0, abstraction.text << worker->output());
    BOOST_TEST(contains(abstraction.text, R"("hillslopes":132,"channels":55)"), abstraction.text);

    const auto controller = controller_of(run);
    BOOST_TEST(controller.at("py/object").as_string() == "wepppy.nodb.Watershed");
    BOOST_TEST(controller.at("csa").as_int64() == 40);
    BOOST_TEST(controller.at("channel_network").at("cells").as_int64() == 1384);
    BOOST_TEST(controller.at("outlet_found").at("drained_area_m2").to_number<double>() == 71'960'625);
    BOOST_TEST(controller.at("abstraction").at("hillslopes").as_int64() == 132);
    BOOST_TEST(controller.at("abstraction").at("area_m2").to_number<double>() == 71'960'625,
        boost::test_tools::tolerance(1e-9));
    for (const char* file : {"dem/channels/channels.geojson", "dem/channels/build_channels.log",
             "dem/channels/outlet.json", "dem/channels/set_outlet.log", "watershed/hillslopes.csv",
             "watershed/channels.csv", "watershed/network.txt", "watershed/slope_files/channels.slp",
             "watershed/slope_files/hillslopes/hill_22.slp", "watershed/hillslopes.geojson",
             "watershed/map.svg", "watershed/subwta.asc", "watershed/abstract_watershed.log"})
        BOOST_TEST(fs::exists(run / file), file);

    const auto stamp = [&](const std::string& task) {
        return std::stoll(runs_db({"HGET", "r1", "timestamps:" + task}));
    };
    BOOST_TEST(stamp("build_channels") > 1'700'000'000);
    BOOST_TEST(stamp("set_outlet") > stamp("build_channels"));
    BOOST_TEST(stamp("abstract_watershed") > stamp("set_outlet"));
    for (const auto& folder : {run, run / "dem"})
        for (const auto& entry : fs::directory_iterator(folder))
            BOOST_TEST(entry.path().filename().string().front() != '.', entry.path());
}

BOOST_AUTO_TEST_CASE(watchers_of_the_run_are_told_when_each_step_is_done) {
    make_watershed_run();
    const auto worker = start_worker();
    boost::asio::io_context context;
    prep::redis::Subscriber subscriber(context.get_executor(), server.settings());
    std::vector<std::string> triggers;
    const auto watch = [&]() -> boost::asio::awaitable<void> {
        std::vector<std::string> patterns{"r1:*"};
        BOOST_REQUIRE((co_await subscriber.subscribe_patterns(std::move(patterns))).has_value());
        for (const char* task : {"build_channels", "set_outlet", "abstract_watershed"}) {
            const std::string id = enqueue({task, "r1"});
            for (bool told = false; !told;) {
                const auto message = (co_await subscriber.next()).value();
                told = contains(message.payload, "rq:" + id + " TRIGGER");
                if (told) triggers.push_back(message.payload.substr(message.payload.find("TRIGGER")));
            }
        }
    };
    run_with(context, watch(), subscriber);
    const std::vector<std::string> expected{
        "TRIGGER   channel_delineation BUILD_CHANNELS_TASK_COMPLETED",
        "TRIGGER   outlet SET_OUTLET_TASK_COMPLETED",
        "TRIGGER   watershed WATERSHED_ABSTRACTION_TASK_COMPLETED",
    };
    BOOST_TEST(triggers == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_outlet_that_comes_with_the_job_is_kept_in_the_controller) {
    const auto run = make_watershed_run(R"({"csa":40,"mcl":300,"kept":1})");
    build({"build_channels"});
    const auto worker = start_worker();

    enqueue_as_python("j1", "set_outlet", R"({"x": -7700})");
    wait_for_status("j1", "failed");
    BOOST_TEST(contains(error_of("j1"), "expected the keyword arguments x and y, numbers"), error_of("j1"));
    BOOST_TEST(!controller_of(run).contains("outlet"));

    enqueue_as_python("j2", "set_outlet", R"({"x": -7700, "y": -7100.0})");
    wait_for_status("j2", "finished");
    const auto controller = controller_of(run);
    BOOST_TEST(controller.at("outlet").at("x").to_number<double>() == -7700);
    BOOST_TEST(controller.at("outlet_found").at("y").to_number<double>() == -7087.5);
    BOOST_TEST(controller.at("kept").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(new_channels_take_the_outlet_of_the_old_ones_away_but_not_the_abstraction) {
    const auto run = make_watershed_run();
    build({"build_channels", "set_outlet", "abstract_watershed"});
    const auto abstraction = files_in(run / "watershed");
    build({"build_channels"});
    BOOST_TEST(!fs::exists(run / "dem/channels/outlet.json"));
    BOOST_TEST(!controller_of(run).contains("outlet_found"));
    BOOST_TEST((files_in(run / "watershed") == abstraction));
    const auto worker = start_worker();
    const auto printed = job("abstract_watershed");
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "set_outlet comes before abstract_watershed"), printed.text);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_the_run_is_named) {
    struct Case {
        std::string what;
        std::string task;
        std::function<void(const fs::path& run)> breaks;
        std::string reason;
    };
    const auto with = [](std::string text) {
        return [text](const fs::path& run) {
            write_text(run / "watershed.nodb", text);
        };
    };
    const std::vector<Case> cases{
        {"no controller", "build_channels", [](auto& run) { fs::remove(run / "watershed.nodb"); },
            "watershed.nodb"},
        {"no elevations", "build_channels", [](auto& run) { fs::remove(run / "dem/dem.asc"); },
            "expected dem/dem.asc or dem/dem.tif"},
        {"other elevations", "build_channels", with(R"({"dem":"dem/other.tif"})"), "dem/other.tif"},
        {"elevations outside the run", "build_channels", with(R"({"dem":"../x.tif"})"), "field '/dem'"},
        {"garbled elevations", "build_channels",
            [](auto& run) { write_text(run / "dem/dem.asc", "no grid at all\n"); }, "exited with code 2"},
        {"area as text", "build_channels", with(R"({"csa":"x"})"),
            "field '/csa': expected a number, found \"x\""},
        {"area below zero", "build_channels", with(R"({"csa":-1})"), "field '/csa': expected a number from"},
        {"unknown conditioning", "build_channels", with(R"({"conditioning":"dig"})"),
            "expected one of fill, breach, found \"dig\""},
        {"area larger than the grid", "build_channels", with(R"({"csa":1000000})"), "channel"},
        {"no channels yet", "set_outlet", [](auto&) {}, "build_channels comes before set_outlet"},
        {"no outlet asked for", "set_outlet", with(R"({"csa":40})"),
            "field '/outlet/x': expected a number from"},
        {"no outlet found yet", "abstract_watershed", [](auto&) {}, "set_outlet comes before"},
    };
    const auto worker = start_worker();
    for (const Case& one : cases) {
        BOOST_TEST_CONTEXT(one.what) {
            const auto run = make_watershed_run();
            one.breaks(run);
            const auto printed = job(one.task);
            BOOST_TEST(printed.code == 1);
            BOOST_TEST(contains(printed.text, one.reason), printed.text);
            BOOST_TEST(runs_db({"HEXISTS", "r1", "timestamps:" + one.task}) == "0");
            BOOST_TEST(!fs::exists(run / "dem/channels"));
            BOOST_TEST(!fs::exists(run / "watershed"));
            fs::remove_all(run);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_outlet_far_from_any_channel_is_refused_with_the_distance) {
    const auto run = make_watershed_run(R"({"csa":400,"mcl":300,"outlet":{"x":900000,"y":0}})");
    build({"build_channels"});
    const auto before = files_in(run);
    const auto worker = start_worker();
    const auto printed = job("set_outlet");
    BOOST_TEST(printed.code == 1);
    BOOST_TEST(contains(printed.text, "exited with code 2"), printed.text);
    BOOST_TEST(contains(printed.text, "the log ends with:"), printed.text);
    auto after = files_in(run);
    after["redisprep.dump"] = before.at("redisprep.dump");
    BOOST_TEST((after == before));
}

BOOST_AUTO_TEST_CASE(an_abstraction_that_a_dead_worker_left_under_its_other_name_comes_back) {
    const auto run = make_watershed_run();
    build({"build_channels", "set_outlet", "abstract_watershed"});
    const auto abstraction = files_in(run / "watershed");
    fs::rename(run / "watershed", run / ".watershed.earlier");
    const auto program = make_spoiler("abstract", "exit 1");
    const auto worker = start_worker({"--abstract", program.string()});
    BOOST_TEST(job("abstract_watershed").code == 1);
    BOOST_TEST((files_in(run / "watershed") == abstraction));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
