#include <boost/test/unit_test.hpp>
#include <limits>

#include "example.hpp"

using namespace resdyn;
using namespace resdyn::plots;

namespace {

Figure two_series() {
    Figure figure;
    figure.id = "two-series";
    figure.title = "Two series";
    Panel panel;
    panel.series = {
        {Mark::Line, "curve", "", {{"t", {0.0, 0.1, 0.2}}, {"y", {1.0 / 3.0, -2e-300, 1e22}}}},
        {Mark::Band, "band, wide", "", {{"t", {0.5}}, {"low", {std::nan("")}}, {"high", {4.0}}}}};
    figure.panels = {panel};
    return figure;
}

std::string refusal(const Figure& figure) {
    try {
        validate(figure);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "accepted";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(figure)

BOOST_AUTO_TEST_CASE(the_csv_holds_every_number_so_that_it_reads_back_exactly) {
    const Figure figure = two_series();
    const auto rows = example::table_of(figure_csv(figure));
    BOOST_TEST_REQUIRE(rows.size() == 5U);
    const std::vector<std::string> header = {"series", "t", "y", "low", "high"};
    BOOST_TEST(rows[0] == header, boost::test_tools::per_element());
    const std::vector<Column>& columns = figure.panels[0].series[0].columns;
    for (std::size_t k = 0; k < 3; ++k) {
        BOOST_TEST(rows[k + 1][0] == "curve");
        BOOST_TEST(std::strtod(rows[k + 1][1].c_str(), nullptr) == columns[0].values[k]);
        BOOST_TEST(std::strtod(rows[k + 1][2].c_str(), nullptr) == columns[1].values[k]);
        BOOST_TEST(rows[k + 1][3] == "");
    }
}

BOOST_AUTO_TEST_CASE(names_with_commas_are_quoted_and_nan_is_empty) {
    const std::string csv = figure_csv(two_series());
    BOOST_TEST(csv.find("\n\"band, wide\",0.5,,,4\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(several_panels_are_told_apart_by_a_column) {
    Figure figure = two_series();
    figure.panels.push_back(figure.panels[0]);
    const auto rows = example::table_of(figure_csv(figure));
    BOOST_TEST(rows[0][0] == "panel");
    BOOST_TEST(rows[1][0] == "1");
    BOOST_TEST(rows.back()[0] == "2");
    BOOST_TEST(rows.size() == 9U);
}

BOOST_AUTO_TEST_CASE(figures_that_are_not_whole_are_refused) {
    Figure figure = two_series();
    BOOST_TEST(refusal(figure) == "accepted");
    figure.id = "../up";
    BOOST_TEST(refusal(figure) == "figure: expected an id of a-z, 0-9 and -, got ../up");
    figure = two_series();
    figure.panels[0].series[1].columns.pop_back();
    BOOST_TEST(refusal(figure).find("expected 3 columns of one length in series 'band, wide'") !=
               std::string::npos);
    figure = two_series();
    figure.panels[0].series[0].columns[1].values.pop_back();
    BOOST_TEST(refusal(figure).find("unequal lengths") != std::string::npos);
    figure.panels.clear();
    BOOST_TEST(refusal(figure) == "two-series: expected at least one panel, got none");
}

BOOST_AUTO_TEST_SUITE_END()
