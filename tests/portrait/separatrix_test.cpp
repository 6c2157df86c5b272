#include <resdyn/portrait/separatrix.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <numbers>
#include <string>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/portrait/cube.hpp>
#include <resdyn/portrait/phase_portrait.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(separatrix_)

namespace {

ResidualSystem named(const std::string& name) {
    const NamedSystem& system = named_system(name);
    return {system.W, system.activation};
}

std::vector<Equilibrium> all_of(const ResidualSystem& system) {
    return equilibrium_atlas(system).equilibria;
}

/// Largest |normal · y'| / |y'| of the chords of a curve: it must run along the flow.
double slip(const ResidualSystem& system, const InvariantCurve& curve) {
    double worst = 0.0;
    for (Index k = 2; k + 1 < curve.y.cols(); ++k) {
        const Vector chord = curve.y.col(k + 1) - curve.y.col(k - 1);
        const Vector v = system.residual_velocity(curve.y.col(k));
        if (chord.norm() < 1e-9 || v.norm() < 1e-9) {
            continue;
        }
        const double cosine = std::abs(chord.dot(v)) / (chord.norm() * v.norm());
        worst = std::max(worst, std::sqrt(std::max(0.0, 1 - cosine * cosine)));
    }
    return worst;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_separatrix_of_winner_takes_all_is_the_diagonal) {
    const ResidualSystem system = named("winner-takes-all");
    const std::vector<InvariantCurve> rays = origin_rays(system, {0, 1}, all_of(system));
    BOOST_TEST_REQUIRE(rays.size() == 3U);  // both axes and the diagonal
    const InvariantCurve& diagonal = rays[2];
    BOOST_TEST((diagonal.kind == CurveKind::Ray));
    BOOST_TEST(std::abs(diagonal.eigenvalue + 1.0) < 1e-14);
    BOOST_TEST((diagonal.y.row(0) - diagonal.y.row(1)).cwiseAbs().maxCoeff() < 1e-6);
    BOOST_TEST_REQUIRE(diagonal.end.has_value());
    BOOST_TEST(to_string(*diagonal.end) == "HH");
    BOOST_TEST(diagonal.end_distance < 1e-3);
    for (const InvariantCurve& axis : {rays[0], rays[1]}) {  // w_ii = 1: the origin repels
        BOOST_TEST(axis.eigenvalue == 1.0);
        BOOST_TEST(axis.y.colwise().minCoeff().maxCoeff() == 0.0);
    }
    BOOST_TEST(separatrices(system, all_of(system)).empty());  // no saddle
}

BOOST_AUTO_TEST_CASE(separatrices_start_along_eigenvectors_and_end_where_the_atlas_says) {
    Random random(21);
    Index seen = 0;
    for (int k = 0; k < 12; ++k) {
        const Activation f = k % 2 == 0 ? Activation::Tanh : Activation::Logistic;
        const ResidualSystem system(random.normal_matrix(2, 2, 1.0), f);
        const std::vector<Equilibrium> equilibria = all_of(system);
        for (const InvariantCurve& curve : separatrices(system, equilibria)) {
            ++seen;
            const Vector first = curve.y.col(1) - curve.y.col(0);
            const Matrix J = system.residual_jacobian(curve.y.col(0));
            BOOST_TEST((J * curve.direction - curve.eigenvalue * curve.direction).norm() <
                       1e-10 * (1 + J.norm()));
            BOOST_TEST((curve.kind == CurveKind::Unstable) == (curve.eigenvalue > 0));
            BOOST_TEST(first.normalized().dot(curve.direction) > 1 - 1e-4);
            BOOST_TEST(slip(system, curve) < 0.05);  // chords turn by their length times curvature
            if (curve.end) {
                const auto end =
                    std::find_if(equilibria.begin(), equilibria.end(),
                                 [&](const Equilibrium& e) { return e.pattern == *curve.end; });
                BOOST_TEST_REQUIRE((end != equilibria.end()));
                BOOST_TEST(curve.end_distance < 2e-3);
                // forward in time nothing ends at a source, backward nothing at a sink
                BOOST_TEST((curve.kind == CurveKind::Unstable ? end->spectrum.unstable < 2
                                                              : end->spectrum.stable < 2));
            }
        }
    }
    BOOST_TEST(seen > 20);
}

BOOST_AUTO_TEST_CASE(the_heteroclinic_cycle_runs_along_the_edges_of_the_cube) {
    const ResidualSystem system = named("heteroclinic-cycle");
    const std::vector<InvariantCurve> curves = separatrices(system, all_of(system));
    Index links = 0;
    for (const InvariantCurve& curve : curves) {
        if (curve.kind != CurveKind::Unstable) {
            continue;
        }
        ++links;
        BOOST_TEST_REQUIRE(curve.end.has_value());
        // exactly one unit moves, the others stay on their levels to the last bit
        Index moving = 0;
        for (Index i = 0; i < 3; ++i) {
            moving += (curve.y.row(i).array() != curve.y(i, 0)).any() ? 1 : 0;
        }
        BOOST_TEST(moving == 1);
    }
    BOOST_TEST(links == 6);  // (1,0,0), (1,1,0) and their turns
}

BOOST_AUTO_TEST_CASE(a_manifold_that_winds_onto_a_cycle_is_cut_after_a_turn_along_itself) {
    const ResidualSystem system = named("limit-cycle");
    const Slice face =
        unit_slice(StateSpace(system, Coordinate::Residual), 0, 1, Vector{{0.0, 0.0, 1.0}}, "LLH");
    const std::vector<Equilibrium> all = all_of(system);
    std::vector<Equilibrium> here;
    for (const Equilibrium& e : all) {
        if (face.distance(e.y) < 1e-9) {
            here.push_back(e);
        }
    }
    const auto length_of = [](const InvariantCurve& curve) {
        double length = 0.0;
        for (Index k = 1; k < curve.y.cols(); ++k) {
            length += (curve.y.col(k) - curve.y.col(k - 1)).norm();
        }
        return length;
    };
    const std::vector<InvariantCurve> cut = separatrices(system, here, face.basis);
    const std::vector<InvariantCurve> whole =
        separatrices(system, here, face.basis, {.winding = 0.0, .max_turns = 0.0});
    BOOST_TEST_REQUIRE(cut.size() == whole.size());
    Index winding = 0;
    for (std::size_t k = 0; k < cut.size(); ++k) {
        BOOST_TEST((cut[k].cut != CurveCut::None) == (cut[k].y.cols() < whole[k].y.cols()));
        BOOST_TEST(!(cut[k].cut != CurveCut::None && cut[k].end));
        // What is kept is what was followed, point by point.
        BOOST_TEST((cut[k].y == whole[k].y.leftCols(cut[k].y.cols())));
        if (cut[k].winds()) {
            ++winding;
            // The cycle about (1/2, 1/4) is some 2 long: the rest of the curve is many of its
            // turns.
            BOOST_TEST(length_of(cut[k]) < 0.3 * length_of(whole[k]));
        }
    }
    BOOST_TEST(winding >= 1);
}

BOOST_AUTO_TEST_CASE(curves_of_the_cube_are_cut_where_they_wind_onto_the_cycle) {
    const ResidualSystem system = named("limit-cycle");
    const CubePortrait cube = cube_portrait(system, Matrix(3, 0), {}, 0);
    BOOST_TEST_REQUIRE(cube.cycles.size() == 1U);
    const Matrix& cycle = cube.cycles[0].y;
    BOOST_TEST((cycle.col(0) == cycle.rightCols(1)));
    const auto to_cycle = [&](const Vector& y) {
        return (cycle.colwise() - y).colwise().norm().minCoeff();
    };
    Index onto_cycle = 0;
    for (const InvariantCurve& curve : cube.curves) {
        double angle = 0.0;  // by which the tangent turns
        for (Index k = 1; k + 1 < curve.y.cols(); ++k) {
            const Vector a = curve.y.col(k) - curve.y.col(k - 1);
            const Vector b = curve.y.col(k + 1) - curve.y.col(k);
            angle += std::acos(std::clamp(a.dot(b) / (a.norm() * b.norm()), -1.0, 1.0));
        }
        if (!curve.end) {
            BOOST_TEST(angle <= 2 * std::numbers::pi * (SeparatrixOptions{}.max_turns + 0.1));
        }
        if (curve.cut == CurveCut::Cycle) {
            ++onto_cycle;
            BOOST_TEST(to_cycle(curve.y.rightCols(1)) < 0.025);
            BOOST_TEST(to_cycle(curve.y.col(curve.y.cols() - 2)) > 0.015);
        }
    }
    BOOST_TEST(onto_cycle >= 1);
    // Without a cycle known they are cut by their turns.
    const CubePortrait blind = cube_portrait(system, Matrix(3, 0), {}, 0, {.cycles = false});
    BOOST_TEST(blind.cycles.empty());
    BOOST_TEST(
        std::any_of(blind.curves.begin(), blind.curves.end(),
                    [](const InvariantCurve& curve) { return curve.cut == CurveCut::Turns; }));
}

BOOST_AUTO_TEST_CASE(a_curve_on_a_face_is_found_within_it) {
    // Hopfield's face y_2 = −1 is a phase plane of its own.
    const ResidualSystem system = named("hopfield");
    const StateSpace space(system, Coordinate::Residual);
    const Slice face = unit_slice(space, 0, 1, Vector{{0.0, 0.0, -1.0}}, "LLL");
    const PhasePortrait portrait = phase_portrait(space, face, Matrix(3, 0), {}, 0);
    BOOST_TEST(portrait.complete);
    BOOST_TEST(portrait.equilibria.size() >= 4U);
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        BOOST_TEST(placed.equilibrium.y[2] == -1.0);
    }
    for (const PortraitCurve& item : portrait.curves) {
        BOOST_TEST((item.curve.y.row(2).array() == -1.0).all());
        for (Index k = 0; k < item.s.cols(); ++k) {
            BOOST_TEST((face.at(item.s.col(k)) - item.curve.y.col(k)).norm() < 1e-14);
        }
    }
    for (const EigenDirection& e : portrait.eigenvectors) {
        const Matrix J =
            face.basis.transpose() * system.residual_jacobian(face.at(e.at)) * face.basis;
        BOOST_TEST((J * e.direction - e.eigenvalue * e.direction).norm() < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(many_units_are_decided_on_the_face_alone) {
    Random random(4);
    const ResidualSystem system(random.normal_matrix(16, 16, 1.0), Activation::Tanh);
    const StateSpace space(system, Coordinate::Residual);
    const Slice face = unit_slice(space, 3, 7, Vector::Ones(16), "the corner of ones");
    const PhasePortrait portrait = phase_portrait(space, face, Matrix(16, 0), {}, 0);
    BOOST_TEST(portrait.complete);
    for (const PortraitEquilibrium& placed : portrait.equilibria) {
        BOOST_TEST(system.residual_velocity(placed.equilibrium.y).norm() < 1e-12);
        BOOST_TEST(placed.distance == 0.0);
    }
    BOOST_TEST(portrait.equilibria.size() >= 4U);
}

BOOST_AUTO_TEST_CASE(continua_are_placed_on_the_plane) {
    const PhasePortrait portrait =
        phase_portrait(named("competing-zero-diagonal"), Matrix(2, 0), {}, 0);
    BOOST_TEST_REQUIRE(portrait.continua.size() == 2U);
    BOOST_TEST(to_string(portrait.continua[0].pattern) == "LF");
    BOOST_TEST((portrait.continua[0].ends == Matrix{{0.0, 0.0}, {0.0, 1.0}}));
}

BOOST_AUTO_TEST_SUITE_END()
