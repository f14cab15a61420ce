// The program as a job runs it: three steps over files, on a piece of real ground
// (worker/samples/jacksboro.asc).

#include "tests/rules/temporary_folder.hpp"
#include "worker/programs/watershed/arc_ascii.hpp"
#include "worker/programs/watershed/network.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/wait.h>

#include <map>
#include <set>
#include <sstream>

namespace freshet::watershed::tests {
namespace {

const std::string dem = FRESHET_SOURCE_DIR "/worker/samples/jacksboro.asc";

std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

struct Ended {
    int exit_code;
    std::string output; ///< standard output
    std::string errors; ///< standard error
};

Ended run(const rules::TemporaryFolder& folder, const std::string& arguments) {
    const std::string command = FRESHET_BIN_DIR "/freshet-watershed " + arguments + " >" +
                                (folder.path() / "stdout").string() + " 2>" +
                                (folder.path() / "stderr").string();
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), text_of(folder.path() / "stdout"), text_of(folder.path() / "stderr")};
}

void check_done(const Ended& ended, const std::string& last_line) {
    BOOST_REQUIRE_MESSAGE(ended.exit_code == 0, ended.errors);
    BOOST_CHECK(ended.output.ends_with(last_line + "\n"));
}

using Row = std::map<std::string, std::string>;

std::map<int, Row> table(const std::filesystem::path& path) {
    std::istringstream lines(text_of(path));
    const auto cells_of = [](const std::string& line) {
        std::vector<std::string> cells;
        std::istringstream words(line);
        for (std::string word; std::getline(words, word, ',');)
            cells.push_back(word);
        return cells;
    };
    std::string line;
    std::getline(lines, line);
    const std::vector<std::string> names = cells_of(line);
    std::map<int, Row> rows;
    while (std::getline(lines, line)) {
        const std::vector<std::string> cells = cells_of(line);
        BOOST_REQUIRE_EQUAL(cells.size(), names.size());
        Row row;
        for (std::size_t i = 0; i < names.size(); ++i)
            row[names[i]] = cells[i];
        rows[std::stoi(cells[0])] = row;
    }
    return rows;
}

double number(const Row& row, const std::string& name) {
    return std::stod(row.at(name));
}

/// A basin of 72 km2, made once.
struct Basin {
    Basin() {
        const std::string dir = folder.path().string();
        check_done(run(folder, "channels --dem " + dem + " --out " + dir + " --csa 40 --mcl 300"),
            "WATERSHED CHANNELS COMPLETED SUCCESSFULLY");
        check_done(run(folder, "outlet --dir " + dir + " --x -7700 --y -7100"),
            "WATERSHED OUTLET COMPLETED SUCCESSFULLY");
        check_done(run(folder, "abstract --dir " + dir), "WATERSHED ABSTRACT COMPLETED SUCCESSFULLY");
        channels = table(folder.path() / "watershed/channels.csv");
        hillslopes = table(folder.path() / "watershed/hillslopes.csv");
    }

    rules::TemporaryFolder folder;
    std::map<int, Row> channels;
    std::map<int, Row> hillslopes;
};

const Basin& basin() {
    static const Basin made;
    return made;
}

} // namespace

BOOST_AUTO_TEST_SUITE(program)

BOOST_AUTO_TEST_CASE(areas_add_up_to_what_drains_through_the_outlet) {
    double area = 0;
    for (const auto& [id, row] : basin().hillslopes)
        area += number(row, "area");
    for (const auto& [id, row] : basin().channels)
        area += number(row, "area");
    const boost::json::value outlet = boost::json::parse(text_of(basin().folder.path() / "outlet.json"));
    BOOST_CHECK_CLOSE(area, outlet.at("drained_area_m2").to_number<double>(), 1e-9);
    BOOST_CHECK_CLOSE(number(basin().channels.at(24), "drained_area"), area, 1e-9);
}

BOOST_AUTO_TEST_CASE(numbers_fit_together) {
    BOOST_CHECK_GT(basin().channels.size(), 40);
    for (const auto& [id, row] : basin().channels) {
        BOOST_CHECK_EQUAL(id % 10, 4);
        const int below = std::stoi(row.at("downstream_id"));
        BOOST_CHECK_EQUAL(below == 0, id == 24);
        if (below == 0) continue;
        BOOST_CHECK_LT(below, id);
        BOOST_REQUIRE(basin().channels.contains(below));
        BOOST_CHECK_GE(number(basin().channels.at(below), "order"), number(row, "order"));
        BOOST_CHECK_GT(number(basin().channels.at(below), "drained_area"), number(row, "drained_area"));
    }
    for (const auto& [id, row] : basin().hillslopes) {
        const int channel = id / 10 * 10 + 4;
        BOOST_CHECK_EQUAL(row.at("channel_id"), std::to_string(channel));
        BOOST_REQUIRE(basin().channels.contains(channel));
        BOOST_CHECK_EQUAL(
            row.at("side"), (std::array{"top", "left", "right"}[static_cast<std::size_t>(id % 10 - 1)]));
        if (id % 10 == 1) BOOST_CHECK_EQUAL(basin().channels.at(channel).at("order"), "1");
    }
}

BOOST_AUTO_TEST_CASE(orders_are_strahlers) {
    std::map<int, std::multiset<int>> above;
    for (const auto& [id, row] : basin().channels) {
        above[std::stoi(row.at("downstream_id"))].insert(std::stoi(row.at("order")));
    }
    for (const auto& [id, row] : basin().channels) {
        const int order = std::stoi(row.at("order"));
        if (!above.contains(id)) {
            BOOST_CHECK_EQUAL(order, 1);
            continue;
        }
        const int highest = *above[id].rbegin();
        BOOST_CHECK_EQUAL(order, above[id].count(highest) > 1 ? highest + 1 : highest);
    }
}

BOOST_AUTO_TEST_CASE(each_cell_drains_within_its_hillslope_into_its_own_channel) {
    const Labels labels = read_arc_labels(basin().folder.path() / "watershed/subwta.asc").value();
    const Directions directions = read_arc_directions(basin().folder.path() / "flow_direction.asc").value();
    const auto neighbours = labels.grid().neighbours();
    std::map<int, double> cells;
    for_each_cell(labels.grid(), [&](Cell cell) {
        if (labels[cell] == 0) return;
        ++cells[labels[cell]];
        if (labels[cell] % 10 == 4) return;
        const int next = labels[cell + neighbours[directions[cell]]];
        BOOST_REQUIRE_MESSAGE(next == labels[cell] || next == labels[cell] / 10 * 10 + 4,
            labels[cell] << " drains into " << next);
    });
    for (const auto& [id, row] : basin().hillslopes)
        BOOST_CHECK_EQUAL(cells[id] * 75 * 75, number(row, "area"));
    BOOST_CHECK_EQUAL(cells.size(), basin().hillslopes.size() + basin().channels.size());
}

BOOST_AUTO_TEST_CASE(each_hillslope_has_a_slope_file_of_its_size) {
    for (const auto& [id, row] : basin().hillslopes) {
        std::istringstream file(text_of(basin().folder.path() / ("watershed/slope_files/hillslopes/hill_" +
                                                                    std::to_string(id) + ".slp")));
        std::string line;
        for (int i = 0; i < 4; ++i)
            std::getline(file, line);
        int elements = 0, points = 0;
        double aspect = 0, width = 0, length = 0, distance = 0, slope = 0, before = -1;
        char comma = 0;
        file >> elements >> aspect >> width >> points >> length;
        BOOST_REQUIRE_EQUAL(elements, 1);
        BOOST_CHECK_CLOSE(width * length, number(row, "area"), 0.01);
        BOOST_CHECK(aspect >= 0 && aspect < 360);
        BOOST_CHECK(points >= 3 && points <= 20);
        for (int i = 0; i < points; ++i, before = distance) {
            BOOST_REQUIRE(file >> distance >> comma >> slope);
            BOOST_CHECK(distance > before && distance <= 1);
            BOOST_CHECK(slope > 0 && slope < 3);
        }
        BOOST_CHECK_EQUAL(distance, 1);
    }
}

BOOST_AUTO_TEST_CASE(geojson_covers_the_basin) {
    const boost::json::value hillslopes =
        boost::json::parse(text_of(basin().folder.path() / "watershed/hillslopes.geojson"));
    BOOST_CHECK_EQUAL(hillslopes.at("features").as_array().size(), basin().hillslopes.size());
    double area = 0;
    for (const auto& feature : hillslopes.at("features").as_array()) {
        for (const auto& polygon : feature.at("geometry").at("coordinates").as_array()) {
            for (const auto& ring : polygon.as_array()) {
                const auto& corners = ring.as_array();
                BOOST_CHECK(corners.front() == corners.back());
                for (std::size_t i = 1; i < corners.size(); ++i) { // anticlockwise rings count as positive
                    const auto coordinate = [&](std::size_t corner, std::size_t axis) {
                        return corners[corner].as_array()[axis].to_number<double>();
                    };
                    area +=
                        (coordinate(i - 1, 0) * coordinate(i, 1) - coordinate(i, 0) * coordinate(i - 1, 1)) /
                        2;
                }
            }
        }
    }
    double expected = 0;
    for (const auto& [id, row] : basin().hillslopes)
        expected += number(row, "area");
    BOOST_CHECK_CLOSE(area, expected, 1e-9);
    const boost::json::value channels =
        boost::json::parse(text_of(basin().folder.path() / "watershed/channels.geojson"));
    BOOST_CHECK_EQUAL(channels.at("features").as_array().size(), basin().channels.size());
}

BOOST_AUTO_TEST_CASE(the_network_names_what_drains_into_each_channel) {
    std::istringstream lines(text_of(basin().folder.path() / "watershed/network.txt"));
    std::size_t named = 0;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t bar = line.find('|');
        std::istringstream above(line.substr(bar + 1));
        for (std::string id; std::getline(above, id, ','); ++named) {
            BOOST_CHECK_EQUAL(basin().channels.at(std::stoi(id)).at("downstream_id"), line.substr(0, bar));
        }
    }
    BOOST_CHECK_EQUAL(named, basin().channels.size() - 1);
}

BOOST_AUTO_TEST_CASE(the_map_is_a_picture_with_the_relief_inside) {
    const std::string map = text_of(basin().folder.path() / "watershed/map.svg");
    BOOST_CHECK(map.starts_with("<svg"));
    BOOST_CHECK(map.ends_with("</svg>\n"));
    BOOST_CHECK(map.find("data:image/png;base64,iVBORw0KGgo") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_basin_that_is_cut_by_the_edge_of_the_data_is_reported) {
    const boost::json::value summary =
        boost::json::parse(text_of(basin().folder.path() / "watershed/watershed.json"));
    BOOST_CHECK_EQUAL(summary.at("edge_cells").to_number<int>(), 0);
    const rules::TemporaryFolder folder;
    const std::string dir = folder.path().string();
    check_done(run(folder, "channels --breach --dem " + dem + " --out " + dir + " --csa 40 --mcl 300"),
        "WATERSHED CHANNELS COMPLETED SUCCESSFULLY");
    check_done(run(folder, "outlet --dir " + dir + " --row 94 --col 0 --radius 900"),
        "WATERSHED OUTLET COMPLETED SUCCESSFULLY");
    const Ended ended = run(folder, "abstract --dir " + dir + " --out " + dir + "/elsewhere");
    check_done(ended, "WATERSHED ABSTRACT COMPLETED SUCCESSFULLY");
    BOOST_CHECK_MESSAGE(ended.errors.find("edge of the data") != std::string::npos, ended.errors);
    BOOST_CHECK(std::filesystem::exists(folder.path() / "elsewhere/hillslopes.csv"));
}

BOOST_AUTO_TEST_CASE(bad_arguments_and_bad_input_end_with_2_and_a_reason) {
    const rules::TemporaryFolder folder;
    const std::string dir = folder.path().string();
    const struct {
        std::string arguments;
        std::string reason;
    } cases[] = {
        {"", "expected a step"},
        {"dig", "found \"dig\""},
        {"channels --dem x --out y --csa 5", "--mcl is missing"},
        {"channels --dem x --out y --csa five --mcl 60", "--csa: expected a number"},
        {"channels --dem x --out y --csa -5 --mcl 60", "--csa: expected a number"},
        {"channels --dem x --out y --csa 5 --mcl 60 --fill --breach", "found both"},
        {"channels --dem " + dir + "/absent.asc --out " + dir + " --csa 5 --mcl 60", "found none"},
        {"channels --depth 3", "unknown argument \"--depth\""},
        {"outlet --dir " + dir + " --x 1 --y 2", "flow_accumulation.asc: could not be opened"},
        {"outlet --dir " + dir + " --x 1 --y 2 --row 3 --col 4", "found both"},
        {"outlet --dir " + dir + " --row 1.5 --col 2", "expected a whole number"},
        {"outlet --dir " + basin().folder.path().string() + " --row 999 --col 0", "expected a row 0..199"},
        {"outlet --dir " + basin().folder.path().string() + " --x -8600 --y -14600 --radius 80",
            "expected a channel within 80.00 m"},
        {"abstract --dir " + dir, "relief.asc: could not be opened"},
    };
    for (const auto& [arguments, reason] : cases) {
        const Ended ended = run(folder, arguments);
        BOOST_CHECK_MESSAGE(ended.exit_code == 2, arguments << ": exit code " << ended.exit_code);
        BOOST_CHECK_MESSAGE(
            ended.errors.find(reason) != std::string::npos, arguments << ": " << ended.errors);
        BOOST_CHECK_EQUAL(ended.output, "");
    }
}

BOOST_AUTO_TEST_CASE(an_outlet_that_is_no_channel_is_refused) {
    const rules::TemporaryFolder folder;
    for (const char* file : {"relief.asc", "flow_direction.asc", "flow_accumulation.asc", "channels.asc"}) {
        std::filesystem::copy(basin().folder.path() / file, folder.path() / file);
    }
    for (const char* outlet :
        {"{\"row\": 0, \"col\": 0}", "{\"row\": -1, \"col\": 0}", "{\"row\": \"x\"}", "[]", "{"}) {
        rules::write_text(folder.path() / "outlet.json", outlet);
        const Ended ended = run(folder, "abstract --dir " + folder.path().string());
        BOOST_CHECK_EQUAL(ended.exit_code, 2);
        BOOST_CHECK_MESSAGE(ended.errors.find("outlet.json") != std::string::npos, ended.errors);
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_written_ends_with_1) {
    const rules::TemporaryFolder folder;
    rules::write_text(folder.path() / "file", "");
    const Ended ended = run(folder,
        "channels --dem " + dem + " --out " + (folder.path() / "file").string() + " --csa 40 --mcl 300");
    BOOST_CHECK_EQUAL(ended.exit_code, 1);
    BOOST_CHECK_EQUAL(ended.output, "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace freshet::watershed::tests
