// A list described once: JSON, CSV and the table for people from the same fields.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include <resdyn/equilibria/pattern.hpp>

#include "results/table.hpp"

using namespace resdyn;
using Json = nlohmann::ordered_json;

BOOST_AUTO_TEST_SUITE(table_)

namespace {

struct Row {
    long number = 0;
    double value = 0.0;
    bool holds = false;
    Proportion share = {};
    std::optional<double> margin = {};
    Vector y = {};
    std::vector<Complex> eigenvalues = {};
    Pattern pattern = {{UnitState::Low}};
};

const Table<Row>& rows_table() {
    using F = Field<Row>;
    static const Table<Row> table = {
        F("number", &Row::number).shown("no.").said("no. {}"),
        F("value", &Row::value).shown("value", "{:.2f}"),
        F("holds", &Row::holds).shown("holds"),
        F("share", &Row::share).shown("share", "{:.1f}"),
        F("nested.margin", &Row::margin).column("margin").said("  margin {}", "{:.1e}"),
        F("left_out", &Row::margin).column("m").if_present(),
        F("y", &Row::y).shown("y", "{:g}"),
        F("eigenvalues", &Row::eigenvalues).column("eigenvalue"),
        F("pattern", &Row::pattern).json_only(),
        F("twice", [](const Row& row) { return 2 * row.number; }).csv_only(),
    };
    return table;
}

std::vector<Row> rows() {
    Row first{.number = 1, .value = 0.5, .holds = true, .share = proportion(1, 4)};
    first.margin = 0.25;
    first.y = Vector::Constant(2, 0.125);
    first.eigenvalues = {{1.0, -2.0}};
    Row second{.number = 2, .value = std::numeric_limits<double>::quiet_NaN()};
    second.y = Vector::Constant(1, std::numeric_limits<double>::infinity());
    return {first, second};
}

}  // namespace

BOOST_AUTO_TEST_CASE(fields_become_members) {
    const Json list = rows_table().json(rows());
    BOOST_TEST(list.size() == 2U);
    BOOST_TEST(list[0]["number"] == 1);
    BOOST_TEST(list[0]["holds"] == true);
    BOOST_TEST(list[0]["share"]["value"] == 0.25);
    BOOST_TEST(list[0]["share"]["samples"] == 4);
    BOOST_TEST(list[0]["share"]["samples"].is_number_integer());
    BOOST_TEST(list[0]["nested"]["margin"] == 0.25);
    BOOST_TEST(list[0]["eigenvalues"].dump() == "[[1.0,-2.0]]");
    BOOST_TEST(list[0]["pattern"] == "L");
    BOOST_TEST(!list[0].contains("twice"));
    BOOST_TEST(list[0]["left_out"] == 0.25);
}

BOOST_AUTO_TEST_CASE(what_is_absent_is_null_or_left_out) {
    const Json second = rows_table().json(rows())[1];
    BOOST_TEST(second["value"].is_null());
    BOOST_TEST(second["nested"]["margin"].is_null());
    BOOST_TEST(!second.contains("left_out"));
    BOOST_TEST(second["y"].dump() == R"(["infinity"])");
}

BOOST_AUTO_TEST_CASE(fields_become_columns) {
    const std::string text = rows_table().csv(rows()).text();
    BOOST_TEST(text ==
               "number,value,holds,share,share_error,margin,m,y_0,y_1,eigenvalue_0_re,"
               "eigenvalue_0_im,twice\n"
               "1,0.5,true,0.25,0.21650635094610965,0.25,0.25,0.125,0.125,1,-2,2\n"
               "2,,false,0,0,,,inf,,,,4\n");
}

BOOST_AUTO_TEST_CASE(columns_stand_without_rows) {
    // Parts and lists of a least width are known from the type, whatever the rows hold.
    const Table<Row> table = {{"share", [](const Row&) { return std::optional<Proportion>(); }},
                              Field<Row>("y", &Row::y).width(2)};
    BOOST_TEST(table.csv(std::vector<Row>()).text() == "share,share_error,y_0,y_1\n");
    BOOST_TEST(table.csv(std::vector<Row>(1)).text() == "share,share_error,y_0,y_1\n,,,\n");
}

BOOST_AUTO_TEST_CASE(people_read_what_has_a_title) {
    const TextTable table = rows_table().text(rows());
    BOOST_TEST(table.titles == (std::vector<std::string>{"no.", "value", "holds", "share", "y"}),
               boost::test_tools::per_element());
    BOOST_TEST(table.rows[0] ==
                   (std::vector<std::string>{"1", "0.50", "yes", "0.2 ± 0.2", "(0.125, 0.125)"}),
               boost::test_tools::per_element());
    BOOST_TEST(table.rows[1][1] == "–");
}

BOOST_AUTO_TEST_CASE(a_line_says_what_a_row_has) {
    BOOST_TEST(rows_table().line(rows()[0]) == "no. 1  margin 2.5e-01");
    BOOST_TEST(rows_table().line(rows()[1]) == "no. 2");
}

BOOST_AUTO_TEST_CASE(a_row_adds_to_an_object) {
    Json object = {{"kept", true}, {"nested", {{"kept", true}}}};
    rows_table().add_to(object, rows()[0]);
    BOOST_TEST(object["kept"] == true);
    BOOST_TEST(object["nested"]["kept"] == true);
    BOOST_TEST(object["nested"]["margin"] == 0.25);
}

BOOST_AUTO_TEST_CASE(an_unknown_part_is_refused) {
    const Table<Row> table = {Field<Row>("share", &Row::share).column("share", "no_part")};
    BOOST_CHECK_THROW(table.csv(rows()), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
