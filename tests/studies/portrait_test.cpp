// Portraits as one library call: a line, a plane, the cube; the same for any number of threads; and
// what is refused by the name of the field.
#include <boost/test/unit_test.hpp>

#include <resdyn/model/systems.hpp>
#include <resdyn/studies/portrait.hpp>

#include "support/networks.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using test::bare_network;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(portrait_)

namespace {

ResidualNetwork cycle() {
    return bare_network(named_system("heteroclinic-cycle").W);
}

const Matrix competition{{-1.0, -2.0}, {-2.0, -1.0}};

}  // namespace

BOOST_AUTO_TEST_CASE(one_unit_is_a_line_and_has_no_plane) {
    const ResidualNetwork one = bare_network(Matrix{{-2.0}});
    const PortraitStudy study = study_portrait(one);
    BOOST_REQUIRE(study.line.has_value());
    BOOST_TEST(!study.portrait.has_value());
    BOOST_TEST(study.line->equilibria.size() == 2U);
    const auto refused = [&](auto change) {
        PortraitStudyOptions options;
        change(options);
        return refusal([&] { study_portrait(one, nullptr, options); });
    };
    using O = PortraitStudyOptions;
    BOOST_TEST(says(refused([](O& o) { o.plane.units = {0, 1}; }), "units: ", "2 units"));
    BOOST_TEST(says(refused([](O& o) { o.plane.leaf = true; }), "leaf: ", "2 units"));
    BOOST_TEST(says(refused([](O& o) { o.plane.coordinate = Coordinate::Preactivation; }),
                    "coordinates: "));
    BOOST_TEST(says(refused([](O& o) {
                        o.starts = NamedStarts{Matrix{{0.5}}, StartVariable::Residual};
                    }),
                    "y0: "));
}

BOOST_AUTO_TEST_CASE(two_units_are_drawn_whole_from_the_starts_named) {
    PortraitStudyOptions options;
    options.starts = NamedStarts{Matrix{{0.3, 0.2}, {0.2, 0.3}}, StartVariable::Residual};
    options.layers = 3;
    const PortraitStudy study = study_portrait(bare_network(competition), nullptr, options);
    BOOST_REQUIRE(study.portrait.has_value());
    BOOST_TEST(!study.cube.has_value());
    BOOST_TEST(study.portrait->complete);
    BOOST_REQUIRE(study.portrait->trajectories.size() == 2U);
    const PortraitTrajectory& first = study.portrait->trajectories.front();
    BOOST_TEST(std::abs(first.s(0, 0) - 0.3) < 1e-9);
    BOOST_TEST(std::abs(first.s(1, 0) - 0.2) < 1e-9);
    BOOST_TEST(first.layers.cols() == 4);
    options.starts->columns(0, 0) = 1.5;
    BOOST_TEST(says(refusal([&] { study_portrait(bare_network(competition), nullptr, options); }),
                    "y0: ", "within [0, 1]"));
    options.starts->columns = Matrix::Constant(3, 1, 0.5);
    BOOST_TEST(says(refusal([&] { study_portrait(bare_network(competition), nullptr, options); }),
                    "y0: ", "2 numbers a start", "3"));
}

BOOST_AUTO_TEST_CASE(three_units_have_a_cube_and_a_note_and_do_not_depend_on_threads) {
    PortraitStudyOptions options;
    options.trajectories = 4;
    options.portrait.t_end = 20;
    options.cube.cycles = false;
    options.threads = 1;
    const PortraitStudy one = study_portrait(cycle(), nullptr, options);
    options.threads = 2;
    const PortraitStudy two = study_portrait(cycle(), nullptr, options);
    BOOST_REQUIRE(one.cube.has_value());
    BOOST_TEST(one.notes.size() == 1U);
    BOOST_TEST(one.cube->trajectories.size() == 4U);
    BOOST_TEST(one.cube_options.t_end == 20.0);
    BOOST_TEST(one.portrait->slice.about == two.portrait->slice.about);
    BOOST_REQUIRE(one.portrait->trajectories.size() == two.portrait->trajectories.size());
    for (std::size_t k = 0; k < one.portrait->trajectories.size(); ++k) {
        BOOST_TEST((one.portrait->trajectories[k].s == two.portrait->trajectories[k].s));
    }
    for (std::size_t k = 0; k < 4; ++k) {
        BOOST_TEST((one.cube->trajectories[k].y == two.cube->trajectories[k].y));
    }
    options.plane.coordinate = Coordinate::Preactivation;
    BOOST_TEST(!study_portrait(cycle(), nullptr, options).cube.has_value());
}

BOOST_AUTO_TEST_CASE(options_that_do_not_fit_are_refused_by_name) {
    const auto refused = [&](auto change) {
        PortraitStudyOptions options;
        change(options);
        return refusal([&] { study_portrait(cycle(), nullptr, options); });
    };
    using O = PortraitStudyOptions;
    BOOST_TEST(says(refused([](O& o) { o.trajectories = -1; }), "trajectories: "));
    BOOST_TEST(says(refused([](O& o) { o.layers = -1; }), "layers: "));
    BOOST_TEST(says(refused([](O& o) { o.portrait.t_end = 0; }), "t_end"));
    BOOST_TEST(
        says(refused([](O& o) {
                 o.plane.coordinate = Coordinate::Activity;
                 o.starts = NamedStarts{Matrix::Constant(3, 1, 0.5), StartVariable::Residual};
             }),
             "y0: ", "--x0"));
}

BOOST_AUTO_TEST_SUITE_END()
