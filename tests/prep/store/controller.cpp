#include "prep/store/controller.hpp"

#include "tests/prep/store/failing_files.hpp"
#include "tests/prep/store/run_folder.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::prep {
namespace {

constexpr const char* climate_text =
    R"({"py/object": "climate.Climate", "station": "par/a.par", "years": 30, "elevation": 1.50, "odd": NaN})";

struct Fixture {
    tests::RunFolder run;
    std::filesystem::path path = run.write("climate.nodb", climate_text);
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(controller, Fixture)

BOOST_AUTO_TEST_CASE(a_saved_controller_keeps_what_it_does_not_know) {
    auto climate = Controller::load(path).value();
    climate.document().set("/years", 40).value();
    climate.save().value();
    BOOST_TEST(
        run.read("climate.nodb") ==
        R"({"py/object": "climate.Climate", "station": "par/a.par", "years": 40, "elevation": 1.50, "odd": NaN})");
}

BOOST_AUTO_TEST_CASE(a_file_that_somebody_else_wrote_is_not_overwritten) {
    auto mine = Controller::load(path).value();
    auto other = Controller::load(path).value();
    other.document().set("/years", 31).value();
    other.save().value();
    mine.document().set("/years", 99).value();
    BOOST_TEST((mine.save().error().code == Errc::stale));
    BOOST_TEST(Controller::load(path)->integer("/years", 1, 999)->value() == 31);
}

BOOST_AUTO_TEST_CASE(a_same_size_rewrite_at_once_is_still_noticed) {
    for (int i = 0; i < 50; ++i) {
        auto mine = Controller::load(path).value();
        auto other = Controller::load(path).value();
        other.document().set("/years", 10 + i).value();
        other.save().value();
        BOOST_TEST((mine.save().error().code == Errc::stale));
    }
}

BOOST_AUTO_TEST_CASE(it_can_be_saved_again_and_again) {
    auto climate = Controller::load(path).value();
    for (int years = 1; years < 10; ++years) {
        climate.document().set("/years", years).value();
        climate.save().value();
    }
    BOOST_TEST(Controller::load(path)->integer("/years", 1, 999)->value() == 9);
}

BOOST_AUTO_TEST_CASE(a_new_controller_is_created_once) {
    auto first = Controller::create(run.controller("soils")).value();
    auto second = Controller::create(run.controller("soils")).value();
    first.document().set("/n", 1).value();
    first.save().value();
    BOOST_TEST((second.save().error().code == Errc::stale));
    BOOST_TEST(run.read("soils.nodb") == R"({"n": 1})");
}

BOOST_AUTO_TEST_CASE(a_cache_entry_gives_the_same_document_back) {
    const auto climate = Controller::load(path).value();
    const auto cached = Controller::from_cache(path, climate.cache_entry(), *climate.signature()).value();
    BOOST_TEST((cached.document() == climate.document()));
    BOOST_TEST((cached.signature() == climate.signature()));
}

BOOST_AUTO_TEST_CASE(a_cache_entry_of_another_version_is_stale_and_a_damaged_one_bad) {
    auto climate = Controller::load(path).value();
    const auto entry = climate.cache_entry();
    climate.save().value();
    const auto now = *climate.signature();
    BOOST_TEST((Controller::from_cache(path, entry, now).error().code == Errc::stale));
    BOOST_TEST((Controller::from_cache(path, climate_text, now).error().code == Errc::stale));
    BOOST_TEST((Controller::from_cache(path, entry.substr(0, 30), now).error().code == Errc::bad_input));
}

BOOST_AUTO_TEST_CASE(fields_are_read_with_their_kind) {
    const auto climate = Controller::load(path).value();
    BOOST_TEST(climate.integer("/years", 1, 999)->value() == 30);
    BOOST_TEST(climate.number("/elevation")->value() == 1.5);
    BOOST_TEST(climate.string("/station")->value() == "par/a.par");
    BOOST_TEST(climate.path_in_run("/station")->value() == "par/a.par");
    BOOST_TEST(!climate.integer("/odd", 1, 2)->has_value());
    BOOST_TEST(!climate.boolean("/none")->has_value());

    const auto refused = climate.integer("/station", 1, 999);
    BOOST_TEST(refused.error().message ==
               path.string() + ": field '/station': expected an integer 1..999, found \"par/a.par\"");
    BOOST_TEST(climate.integer("/years", 1, 29).has_error());
    BOOST_TEST(climate.boolean("/years").has_error());
}

BOOST_AUTO_TEST_CASE(a_path_that_leaves_the_run_is_refused) {
    for (const auto* bad : {"/etc/passwd", "../other/x.par", "a/../../x", ""}) {
        auto climate = Controller::load(path).value();
        climate.document().set("/station", boost::json::value(bad)).value();
        BOOST_TEST(climate.path_in_run("/station").has_error(), bad);
    }
}

BOOST_AUTO_TEST_CASE(a_directory_that_fails_to_sync_is_of_unknown_fate_but_the_controller_goes_on) {
    auto files = tests::FilesWith::failing("sync_directory", EIO);
    auto climate = Controller::load(path).value();
    SaveOptions options;
    options.files = &files;
    BOOST_TEST((climate.save(options).error().code == Errc::unknown_fate));
    BOOST_TEST(climate.check_unchanged().has_value());
    BOOST_TEST(climate.save().has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::prep
