#include "worker/programs/channel/network.hpp"

#include "tests/worker/run_folder.hpp"
#include "worker/programs/channel/channel_file.hpp"

#include <boost/test/unit_test.hpp>

namespace freshet::channel {

namespace {

struct Folder : freshet::test::RunFolder {
    Result<Network> read_str(const std::string& text, std::size_t hillslopes) const {
        write("runs/pw0.str", text);
        return read_network(runs() / "pw0.str", hillslopes);
    }
    Result<std::vector<ChannelProperties>> read_chn(const std::string& text, std::size_t count) const {
        write("runs/pw0.chn", text);
        return read_channels(runs() / "pw0.chn", count);
    }
};

template <class T>
void check_error(const Result<T>& result, const std::string& message) {
    BOOST_REQUIRE(result.has_error());
    BOOST_TEST(result.error().message.find(message) != std::string::npos, result.error().message);
}

const std::string one_channel =
    "first channel\nof gravel\n\n1\n0\n1\n0\n3.0 0.03\n0.05 0.0001 5.0 0.5 0.1\n0.02 3.0 0.03\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(network, Folder)

BOOST_AUTO_TEST_CASE(a_confluence_is_read) {
    const auto read =
        read_str("99.1\n2 1 2 3  0 0 0  0 0 0\n2 4 0 5  0 0 0  0 0 0\n2 6 0 0  7 8 0  0 0 0\n", 6);
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    const auto& channels = read->channels;
    BOOST_REQUIRE_EQUAL(channels.size(), 3U);
    BOOST_TEST((channels[0].side_hillslopes == std::vector<std::size_t>{0, 1}));
    BOOST_TEST((channels[0].head_hillslopes == std::vector<std::size_t>{2}));
    BOOST_TEST((channels[2].upstream == std::vector<std::size_t>{0, 1}));
}

BOOST_AUTO_TEST_CASE(a_network_that_does_not_drain_is_refused) {
    check_error(read_str("99.1\n2 1 0 0 0 0 0 0 0 0\n", 2), "hillslope 2 drains nowhere");
    check_error(
        read_str("99.1\n2 1 0 0 0 0 0 0 0 0\n2 2 0 0 0 0 0 0 0 0\n", 2), "channel element 3 drains nowhere");
    check_error(read_str("99.1\n2 1 1 0 0 0 0 0 0 0\n", 1),
        "line 2: expected each hillslope once, found hillslope 1 again");
    check_error(read_str("99.1\n2 1 0 0 0 0 2 0 0 0\n", 1),
        "line 2: expected no channel upstream of the first one, found 2");
    check_error(read_str("99.1\n2 1 0 0 0 0 0 0 0 0\n2 0 0 0 0 0 3 0 0 0\n", 1),
        "line 3: expected a channel element listed above, 2 to 2, found 3");
    check_error(read_str("99.1\n2 5 0 0 0 0 0 0 0 0\n", 1), "line 2: expected hillslope to the left");
    check_error(
        read_str("99.1\n3 1 0 0 0 0 0 0 0 0\n", 1), "line 2: expected element type 2 (channel), found 3");
    check_error(read_str("99.1\n2 1 0 0\n", 1), "line 2: expected channel to the left");
    check_error(read_str("99.1\n", 1), "expected at least one channel, found none");
}

BOOST_AUTO_TEST_CASE(channels_are_read) {
    const auto read =
        read_chn("99.1\n2\n4\n1.5\n" + one_channel + "\n" +
                     freshet::test::replaced(one_channel, "\n1\n0\n1", "\n2\n4\n1") + "1.0 1.5 0.0\n",
            2);
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    BOOST_TEST(read->at(0).name == "first channel");
    BOOST_TEST((read->at(0).shape == Shape::triangular));
    BOOST_TEST(read->at(0).side_slope == 3.0);
    BOOST_TEST(read->at(0).total_manning == 0.05);
    BOOST_TEST(read->at(0).critical_shear == 5.0);
    BOOST_TEST((read->at(1).shape == Shape::rectangular));
}

BOOST_AUTO_TEST_CASE(damaged_channels_are_reported_with_their_line) {
    check_error(read_chn("99.1\n1\n4\n1.5\n" + one_channel, 2),
        "line 2: expected 2 channels as in the structure file, found 1");
    check_error(read_chn("99.1\n1\n4\n1.5\n" + freshet::test::replaced(one_channel, "3.0 0.03", "3.0"), 1),
        "line 12: expected Manning's n of the bare soil");
    check_error(read_chn("99.1\n2\n4\n1.5\n" + one_channel, 2),
        "expected a channel's name, found the end of the file");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::channel
