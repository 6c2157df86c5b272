#include <boost/test/unit_test.hpp>

#include <cmath>
#include <nlohmann/json.hpp>

#include <resdyn/model/systems.hpp>

#include "results/portrait_points.hpp"
#include "results/portrait_results.hpp"

using namespace resdyn;

namespace {

using Json = nlohmann::ordered_json;

PhasePortrait portrait_of(const std::string& name) {
    const NamedSystem& named = named_system(name);
    const ResidualSystem system(named.W, named.activation, 1.0);
    return phase_portrait(system, Matrix(2, 0), {}, 0, {.grid = 5, .threads = 1});
}

/// Every number of `rows` is that of `matrix`, to the last bit.
bool same(const Json& rows, const Matrix& matrix) {
    bool equal = static_cast<Index>(rows.size()) == matrix.rows();
    for (Index i = 0; equal && i < matrix.rows(); ++i) {
        equal = static_cast<Index>(rows[i].size()) == matrix.cols();
        for (Index j = 0; equal && j < matrix.cols(); ++j) {
            equal = rows[i][j].get<double>() == matrix(i, j);
        }
    }
    return equal;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(portrait_points_)

BOOST_AUTO_TEST_CASE(rows_stand_as_in_the_matrix_and_what_is_no_number_is_null) {
    const Matrix matrix{{1.0, 0.1, -3e-300}, {2.0, std::nan(""), 1.0 / 3.0}};
    const Json rows = json_rows(matrix);
    BOOST_TEST(rows.size() == 2U);
    BOOST_TEST(rows[0][2].get<double>() == -3e-300);
    BOOST_TEST(rows[1][1].is_null());
    BOOST_TEST(Json::parse(rows.dump())[1][2].get<double>() == 1.0 / 3.0);
    BOOST_TEST(json_rows(Matrix(3, 0)).dump() == "[[],[],[]]");
}

BOOST_AUTO_TEST_CASE(the_points_are_the_portraits_and_the_rest_is_results_json) {
    const PhasePortrait portrait = portrait_of("winner-takes-all");
    Json json = portrait_with_points(portrait);
    const Json drawn = json["drawn"];
    BOOST_TEST(same(drawn["outline"], portrait.outline));
    BOOST_TEST_REQUIRE(drawn["field"].size() == portrait.field.size());
    for (std::size_t k = 0; k < portrait.field.size(); ++k) {
        const FieldArrow& arrow = portrait.field[k];
        const Matrix five{
            {arrow.s[0], arrow.s[1], arrow.direction[0], arrow.direction[1], arrow.speed}};
        BOOST_TEST(same(Json::array({drawn["field"][k]}), five));
    }
    BOOST_TEST_REQUIRE(drawn["nullclines"].size() == portrait.nullclines.size());
    for (std::size_t k = 0; k < portrait.nullclines.size(); ++k) {
        BOOST_TEST(same(drawn["nullclines"][k]["points"], portrait.nullclines[k].points));
        BOOST_TEST(drawn["nullclines"][k]["axis"].get<Index>() == portrait.nullclines[k].axis);
    }
    BOOST_TEST(!portrait.curves.empty());
    BOOST_TEST_REQUIRE(drawn["curves"].size() == portrait.curves.size());
    for (std::size_t k = 0; k < portrait.curves.size(); ++k) {
        const InvariantCurve& curve = portrait.curves[k].curve;
        BOOST_TEST(same(drawn["curves"][k]["points"], portrait.curves[k].s));
        BOOST_TEST(drawn["curves"][k]["from"] == to_string(curve.from));
        BOOST_TEST(drawn["curves"][k]["end"].is_null() == !curve.end.has_value());
    }
    json.erase("drawn");
    BOOST_TEST(json == to_json(portrait));
}

BOOST_AUTO_TEST_CASE(an_end_that_is_none_is_null) {
    InvariantCurve curve;
    curve.kind = CurveKind::Ray;
    const Json json = curve_with_points(curve, Matrix{{0.0, 0.5}, {0.25, 1.0}});
    BOOST_TEST(json["end"].is_null());
    BOOST_TEST(json["kind"] == "ray");
    BOOST_TEST(json["points"].dump() == "[[0.0,0.5],[0.25,1.0]]");
}

BOOST_AUTO_TEST_SUITE_END()
