#include <boost/test/unit_test.hpp>
#include <limits>

#include <support/drawn_examples.hpp>

using namespace resdyn;
using namespace resdyn::figures;
using namespace resdyn::plots;

BOOST_AUTO_TEST_SUITE(figure_)

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

BOOST_AUTO_TEST_CASE(what_an_axis_hides_is_counted_and_stays_in_the_csv) {
    Figure figure = two_series();
    BOOST_TEST(hidden_note(figure) == "");
    Panel& panel = figure.panels[0];
    panel.series = {
        {Mark::Line, "loss", "", {{"t", {0, 1, 2}}, {"y", {0.1, 0.0, 1e-3}}}},
        {Mark::Points, "loss", "", {{"t", {0, 1, 2}}, {"y", {0.1, 0.0, 1e-3}}}},
        {Mark::Points, "cut", "", {{"t", {0, 1, 7}}, {"y", {3.0, -2.0, 1.0}}}},
        {Mark::Line, "a curve may leave its window", "", {{"t", {0, 9}}, {"y", {1.0, 9.0}}}}};
    panel.x.from = 0.0;
    panel.x.to = 2.0;
    BOOST_TEST(hidden_note(figure) == "1 value lies outside the axes.");
    panel.y.log = true;
    BOOST_TEST(hidden_note(figure) ==
               "1 value lies outside the axes. 2 values are not positive and cannot stand on a "
               "logarithmic axis.");
    BOOST_TEST(figure_csv(figure).find("cut,1,-2\n") != std::string::npos);
    panel.x = {"", 2.0, 0.0};  // reversed: the same
    BOOST_TEST(hidden_note(figure).starts_with("1 value lies outside the axes."));
}

BOOST_AUTO_TEST_CASE(columns_beside_the_drawn_ones_are_in_the_csv_alone) {
    Figure figure = two_series();
    figure.panels[0].series[0].beside = {{"true", {5.0, 6.0, 7.0}}};
    const auto rows = example::table_of(figure_csv(figure));
    BOOST_TEST(rows[0][3] == "true");
    BOOST_TEST(rows[2][3] == "6");
    // Drawn are columns 2 and 3 of the file, as before.
    BOOST_TEST(gnuplot_script(figure).find("using 2:3 with lines") != std::string::npos);
    figure.panels[0].series[0].beside[0].values.pop_back();
    BOOST_TEST(refusal(figure).find("unequal lengths") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(words_after_an_index_keep_their_distance_and_crowded_ticks_give_way) {
    Figure figure = two_series();
    Panel& panel = figure.panels[0];
    panel.y.label = "y_{2} up, x_n - x(t)";
    BOOST_TEST(gnuplot_script(figure).find("\"y_{2}\u00A0up, x_n\u00A0- x(t)\"") !=
               std::string::npos);
    const auto with_ticks = [&](const std::string& a, const std::string& b) {
        panel.x = {"", 0.0, 9.0};
        for (int k = 0; k < 10; ++k) {
            panel.x.ticks.push_back({static_cast<double>(k), k % 2 == 0 ? a : b});
        }
        return gnuplot_script(figure);
    };
    BOOST_TEST(with_ticks("HL", "LH").find("\"LH\" 1") != std::string::npos);
    // Ten long words on 720 px are turned.
    BOOST_TEST(gnuplot_script(figure).find("rotate by 35 right") == std::string::npos);
    const std::string crowded = with_ticks("competition", "exploitation\n+ -");
    BOOST_TEST(crowded.find("\"exploitation + -\" 3") != std::string::npos);
    BOOST_TEST(crowded.find(") rotate by 35 right font small") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_axis_with_nothing_positive_is_not_logarithmic) {
    Figure figure = two_series();
    Panel& panel = figure.panels[0];
    panel.series.pop_back();
    panel.y.log = true;
    BOOST_TEST(gnuplot_script(figure).find("\nset logscale y") != std::string::npos);
    panel.series[0].columns[1].values = {0.0, -1.0, 0.0};
    BOOST_TEST(gnuplot_script(figure).find("unset logscale y") != std::string::npos);
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
