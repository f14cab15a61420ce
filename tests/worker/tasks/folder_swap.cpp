#include "worker/tasks/folder_swap.hpp"

#include "tests/worker/tasks/watershed_fixture.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::worker {
namespace {

using namespace freshet::tests;
namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

struct Folders {
    void make(const fs::path& folder, const Files& files) const {
        for (const auto& [name, text] : files) {
            fs::create_directories((folder / name).parent_path());
            write_text(folder / name, text);
        }
    }

    TemporaryFolder top;
    fs::path made = top.path() / "scratch/watershed", place = top.path() / "watershed",
             earlier = top.path() / ".watershed.earlier";
    const Files old_files{{"a", "old"}, {"gone/b", "old"}};
    const Files new_files{{"a", "new"}, {"sub/c", "new"}};
};

bool held() {
    return true;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(folder_swap, Folders)

BOOST_AUTO_TEST_CASE(the_first_folder_takes_its_place) {
    make(made, new_files);
    BOOST_TEST(publish_folder(made, place, held).has_value());
    BOOST_TEST((files_in(place) == new_files));
    BOOST_TEST(!fs::exists(made));
}

BOOST_AUTO_TEST_CASE(a_folder_replaces_the_earlier_one_as_a_whole) {
    make(place, old_files);
    make(made, new_files);
    BOOST_TEST(publish_folder(made, place, held).has_value());
    BOOST_TEST((files_in(place) == new_files));
    BOOST_TEST(!fs::exists(earlier));
}

BOOST_AUTO_TEST_CASE(without_the_lease_nothing_moves) {
    make(place, old_files);
    make(made, new_files);
    const auto published = publish_folder(made, place, [] { return false; });
    BOOST_TEST((published.error().code == Errc::lease_lost));
    BOOST_TEST((files_in(place) == old_files));
}

BOOST_AUTO_TEST_CASE(a_new_folder_that_vanishes_leaves_the_earlier_one_in_place) {
    make(place, old_files);
    make(made, new_files);
    const auto published = publish_folder(made, place, [&] {
        fs::remove_all(made);
        return true;
    });
    BOOST_TEST(contains(published.error().message, "cannot rename"), published.error().message);
    BOOST_TEST((files_in(place) == old_files));
}

BOOST_AUTO_TEST_CASE(a_swap_that_was_cut_short_is_undone) {
    make(earlier, old_files);
    BOOST_TEST(restore_folder(place).has_value());
    BOOST_TEST((files_in(place) == old_files));
    BOOST_TEST(!fs::exists(earlier));
}

BOOST_AUTO_TEST_CASE(a_swap_that_was_cut_after_its_end_stands) {
    make(earlier, old_files);
    make(place, new_files);
    BOOST_TEST(restore_folder(place).has_value());
    BOOST_TEST((files_in(place) == new_files));
    BOOST_TEST(!fs::exists(earlier));
}

BOOST_AUTO_TEST_CASE(what_an_earlier_swap_left_does_not_stop_the_next) {
    make(earlier, {{"very", "old"}});
    make(place, old_files);
    make(made, new_files);
    BOOST_TEST(publish_folder(made, place, held).has_value());
    BOOST_TEST((files_in(place) == new_files));
    BOOST_TEST(!fs::exists(earlier));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::worker
