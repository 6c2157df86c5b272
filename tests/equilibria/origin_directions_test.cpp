// The degenerate origin, direction by direction: systems solved by hand, a brute-force route in
// rationals that shares no code with the library's, and runs that start near a direction.
#include <boost/test/unit_test.hpp>

#include <boost/multiprecision/cpp_int.hpp>
#include <cmath>
#include <optional>

#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/origin_from_directions.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(origin_directions_)

namespace {

using Units = std::vector<Index>;
using Rational = boost::multiprecision::cpp_rational;

OriginDirections directions_of(const Matrix& W, std::size_t max_listed = 12) {
    return resdyn::origin_directions(ResidualSystem(W, Activation::Logistic),
                                     {.max_listed = max_listed});
}

/// y at time t of the flow from y0, integrated in u = log(y/(1 − y)).
Vector run(const Matrix& W, const Vector& y0, double t) {
    const PreactivationFlow flow(ResidualSystem(W, Activation::Logistic));
    const Vector u0 = (y0.array() / (1.0 - y0.array())).log();
    const Trajectory trajectory = integrate(flow, u0, {.t_end = t, .rel_tol = 1e-9});
    return activate(Activation::Logistic, Vector(trajectory.x.rightCols(1)));
}

/// Positive solutions of M v = c·1 by Gauss–Jordan elimination in rationals.
struct Solved {
    bool singular = false;
    bool unclear = false;  ///< more than one direction in the kernel: not judged here.
    bool has_positive = false;
    std::vector<Rational> v;  ///< regular M.
};

Solved solve_in_rationals(const Matrix& M, int c) {
    const Index k = M.rows();
    std::vector<std::vector<Rational>> rows;
    for (Index i = 0; i < k; ++i) {
        rows.emplace_back();
        for (Index j = 0; j < k; ++j) {
            rows.back().emplace_back(M(i, j));
        }
        rows.back().emplace_back(c);
    }
    std::vector<Index> pivot_of(static_cast<std::size_t>(k), -1);  // row, by column
    std::size_t rank = 0;
    Index free = -1;
    Solved solved;
    for (std::size_t col = 0; col < static_cast<std::size_t>(k); ++col) {
        std::size_t row = rank;
        while (row < rows.size() && rows[row][col] == 0) {
            ++row;
        }
        if (row == rows.size()) {
            solved.unclear = free >= 0;
            solved.singular = true;
            free = static_cast<Index>(col);
            continue;
        }
        std::swap(rows[row], rows[rank]);
        const Rational pivot = rows[rank][col];
        for (Rational& entry : rows[rank]) {
            entry /= pivot;
        }
        for (std::size_t other = 0; other < rows.size(); ++other) {
            const Rational factor = rows[other][col];
            for (std::size_t j = 0; other != rank && j <= static_cast<std::size_t>(k); ++j) {
                rows[other][j] -= factor * rows[rank][j];
            }
        }
        pivot_of[col] = static_cast<Index>(rank++);
    }
    if (!solved.singular) {
        solved.has_positive = true;
        for (const auto& row : rows) {
            solved.v.push_back(row.back());
            solved.has_positive = solved.has_positive && row.back() > 0;
        }
        return solved;
    }
    for (std::size_t row = rank; row < rows.size(); ++row) {
        if (rows[row].back() != 0) {
            return solved;  // no solution at all
        }
    }
    // One free component t: v_col = b − a t > 0 for each pivot, and t > 0.
    Rational lower = 0;
    std::optional<Rational> upper;
    for (std::size_t row = 0; row < rank; ++row) {
        const Rational a = rows[row][static_cast<std::size_t>(free)];
        const Rational b = rows[row].back();
        if (a == 0) {
            if (b <= 0) {
                return solved;
            }
        } else if (const Rational bound = b / a; a > 0) {
            upper = !upper || bound < *upper ? bound : *upper;
        } else if (bound > lower) {
            lower = bound;
        }
    }
    solved.has_positive = !upper || lower < *upper;
    return solved;
}

struct Expected {
    Index repelling = 0, resting = 0, decaying = 0, families = 0;
    Index not_invaded = 0, stable = 0, neutral = 0;
    bool unclear = false;
};

Expected brute_force(const Matrix& W) {
    const Index n = W.rows();
    Expected expected;
    for (unsigned subset = 1; subset < (1U << n); ++subset) {
        Units K;
        for (Index i = 0; i < n; ++i) {
            if ((subset >> i & 1U) != 0) {
                K.push_back(i);
            }
        }
        const Matrix M = W(K, K);
        const Solved decay = solve_in_rationals(M, -1);
        expected.repelling += solve_in_rationals(M, 1).has_positive ? 1 : 0;
        expected.resting += decay.singular && solve_in_rationals(M, 0).has_positive ? 1 : 0;
        expected.unclear = expected.unclear || decay.unclear;
        if (decay.singular || !decay.has_positive) {
            expected.families += decay.has_positive ? 1 : 0;
            continue;
        }
        ++expected.decaying;
        bool invaded = false;
        bool tied = false;
        for (Index j = 0; j < n; ++j) {
            Rational rate = 1;
            for (std::size_t i = 0; i < K.size(); ++i) {
                rate += Rational(W(j, K[i])) * decay.v[i];
            }
            const bool outside = (subset >> j & 1U) == 0;
            BOOST_TEST((outside || rate == 0));
            invaded = invaded || (outside && rate > 0);
            tied = tied || (outside && rate == 0);
        }
        Vector v(static_cast<Index>(K.size()));
        for (Index i = 0; i < v.size(); ++i) {
            v[i] = static_cast<double>(decay.v[static_cast<std::size_t>(i)]);
        }
        const double abscissa = schur_eigenvalues(v.asDiagonal() * M).real().maxCoeff();
        const bool near_zero = std::abs(abscissa) < 1e-9;
        expected.not_invaded += !invaded && !tied ? 1 : 0;
        expected.stable += !invaded && !tied && abscissa < 0 && !near_zero ? 1 : 0;
        expected.neutral += !invaded && (near_zero || (tied && abscissa < 0)) ? 1 : 0;
    }
    return expected;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_unit) {
    const OriginDirections falls = directions_of(Matrix{{-1.0}});
    BOOST_TEST(falls.complete);
    BOOST_TEST(falls.stable == 1);
    BOOST_REQUIRE(falls.directions.size() == 1U);
    BOOST_TEST(falls.directions[0].v[0] == 1.0);
    BOOST_TEST(falls.directions[0].slowest_exponent == -1.0);
    BOOST_TEST(falls.directions[0].exponent_error < 1e-12);
    BOOST_TEST((falls.asymptotically_stable == Decision::Yes));
    BOOST_TEST((falls.attracts_open_set == Decision::Yes));
    const OriginDirections half = directions_of(Matrix{{-0.5}});
    BOOST_TEST(half.directions.at(0).v[0] == 2.0);
    const OriginDirections grows = directions_of(Matrix{{1.0}});
    BOOST_TEST(grows.repelling == 1);
    BOOST_TEST((grows.asymptotically_stable == Decision::No));
    BOOST_TEST((grows.attracts_open_set == Decision::No));
    const OriginDirections rests = directions_of(Matrix{{0.0}});
    BOOST_TEST(rests.resting == 1);
    BOOST_TEST((rests.asymptotically_stable == Decision::NotDecided));
    BOOST_TEST((rests.attracts_open_set == Decision::NotDecided));
}

BOOST_AUTO_TEST_CASE(equal_competitors_share_families_of_directions) {
    const OriginDirections r = directions_of(-Matrix::Ones(3, 3));
    BOOST_TEST(r.supports == 7);
    BOOST_TEST(r.decaying == 3);  // one unit each: (Wv)_j = −1 for both others
    BOOST_TEST(r.neutral == 3);
    BOOST_TEST(r.stable == 0);
    BOOST_TEST(r.families == 4);  // Σ v = 1
    BOOST_TEST(r.directions.at(1).ties == (Units{0, 2}), boost::test_tools::per_element());
    BOOST_TEST((r.asymptotically_stable == Decision::Yes));
    BOOST_TEST((r.attracts_open_set == Decision::Yes));
}

BOOST_AUTO_TEST_CASE(units_alone_decay_together) {
    const OriginDirections r = directions_of(-Matrix::Identity(3, 3));
    BOOST_TEST(r.decaying == 7);
    BOOST_TEST(r.stable == 1);
    BOOST_TEST(r.directions.at(0).units == (Units{0, 1, 2}), boost::test_tools::per_element());
    BOOST_TEST(r.directions.at(1).invaders == (Units{1, 2}), boost::test_tools::per_element());
    BOOST_TEST(r.directions.at(1).slowest_exponent == 1.0);
}

BOOST_AUTO_TEST_CASE(the_false_repeller_attracts_along_its_second_unit) {
    const Matrix W = named_system("false-repeller").W;
    const OriginDirections r = directions_of(W);
    BOOST_TEST(r.repelling == 1);
    BOOST_TEST(r.repelling_rays.at(0) == (Units{0}), boost::test_tools::per_element());
    BOOST_TEST(r.stable == 1);
    BOOST_TEST(r.directions.at(0).units == (Units{1}), boost::test_tools::per_element());
    BOOST_TEST((r.asymptotically_stable == Decision::No));
    BOOST_TEST((r.attracts_open_set == Decision::Yes));
    BOOST_TEST(says(describe(r), "1 repelling ray", "1 of them hyperbolically stable:",
                    "units 1, approached like t^-1", "3 of 3 supports", "unstable, proved",
                    "An open set of starts goes to it, proved"));
    const Vector y = run(W, Vector{{0.3, 0.2}}, 1e6) * 1e6;  // after its excursion
    BOOST_TEST(y[0] < 1e-3);
    BOOST_TEST(std::abs(y[1] - 1.0) < 0.05);
}

BOOST_AUTO_TEST_CASE(heteroclinic_systems) {
    const OriginDirections away = directions_of(named_system("heteroclinic-cycle").W);
    BOOST_TEST(away.repelling == 3);  // each unit alone; in pairs a component is zero
    BOOST_TEST(away.decaying == 1);   // (1, 1, 1), with a pair 2 ± i 2√3
    BOOST_TEST(away.stable == 0);
    BOOST_TEST(away.directions.at(0).unstable_inside == 2);
    BOOST_TEST(std::abs(away.directions.at(0).slowest_exponent - 2.0) < 1e-12);
    // May and Leonard's cycle of the direction: 0.3 + 2 > 2, no direction is stable, all go to 0.
    const OriginDirections cycle =
        directions_of(Matrix{{-1, -2, -0.3}, {-0.3, -1, -2}, {-2, -0.3, -1}});
    BOOST_TEST(cycle.decaying == 4);
    BOOST_TEST(cycle.stable == 0);
    BOOST_TEST((cycle.asymptotically_stable == Decision::Yes));
}

BOOST_AUTO_TEST_CASE(the_slowest_exponent_is_that_of_a_run) {
    const Matrix W{{-1, -0.5}, {-1.25, -1}};
    const OriginDirections r = directions_of(W);
    BOOST_TEST(r.stable == 1);
    const DecayDirection& direction = r.directions.at(0);
    BOOST_TEST(direction.units == (Units{0}), boost::test_tools::per_element());
    BOOST_TEST(std::abs(direction.slowest_exponent + 0.25) <= direction.exponent_error);
    const Vector start{{1e-3, 1e-5}};
    const double early = 1e7;
    const double late = 1e9;
    const double slope =
        std::log(late * run(W, start, late)[1] / (early * run(W, start, early)[1])) /
        std::log(late / early);
    BOOST_TEST(std::abs(slope + 0.25) < 0.01);
}

BOOST_AUTO_TEST_CASE(counts_against_brute_force_in_rationals) {
    Random random(71);
    Index judged = 0, decaying = 0, stable = 0, neutral = 0, families = 0, resting = 0;
    for (int trial = 0; trial < 150; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(5));
        Matrix W = random.normal_matrix(n, n, 1.5);
        W.diagonal().array() -= 0.7;
        const double grain = trial % 3 == 0 ? 1.0 : trial % 3 == 1 ? 64.0 : 0x1p40;
        W = (W * grain).array().round().matrix() / grain;
        const OriginDirections r = directions_of(W);
        const Expected e = brute_force(W);
        BOOST_TEST(r.complete);
        BOOST_TEST(r.supports == (Index{1} << n) - 1);
        BOOST_TEST(r.decaying == e.decaying);
        BOOST_TEST(r.not_invaded == e.not_invaded);
        BOOST_TEST(r.stable == e.stable);
        BOOST_TEST(r.neutral == e.neutral);
        if (!e.unclear) {
            ++judged;
            BOOST_TEST(r.repelling == e.repelling);
            BOOST_TEST(r.resting == e.resting);
            BOOST_TEST(r.families == e.families);
        }
        decaying += r.decaying;
        stable += r.stable;
        neutral += r.neutral;
        families += r.families;
        resting += r.resting;
    }
    BOOST_TEST(judged > 100);
    BOOST_TEST(decaying > 200);
    BOOST_TEST(stable > 30);
    BOOST_TEST(neutral > 3);
    BOOST_TEST(families > 3);
    BOOST_TEST(resting > 3);
}

BOOST_AUTO_TEST_CASE(a_start_near_a_stable_direction_goes_to_the_origin_along_it) {
    Random random(72);
    Index runs = 0;
    for (int trial = 0; trial < 40; ++trial) {
        Matrix W = random.normal_matrix(5, 5, 1.0);
        W.diagonal().array() -= 0.8;
        for (const DecayDirection& direction : directions_of(W).directions) {
            const Vector residual = W * direction.v + Vector::Ones(5);
            for (const Index i : direction.units) {
                BOOST_TEST(std::abs(residual[i]) < 1e-12 * (1.0 + direction.v.maxCoeff()));
            }
            if (direction.stability != DirectionStability::Stable ||
                direction.slowest_exponent > -0.3 || direction.v.maxCoeff() > 20.0) {
                continue;
            }
            const double t0 = 1e4;
            Vector start = direction.v.cwiseMax(1e-4 * direction.v.maxCoeff()) / t0;
            start[direction.units[0]] *= 1.001;
            const double time = 1e4 * t0;
            const Vector y = run(W, start, time) * (t0 + time);
            BOOST_TEST((y - direction.v).lpNorm<Eigen::Infinity>() < 2e-3 * direction.v.maxCoeff());
            ++runs;
        }
    }
    BOOST_TEST(runs > 5);
}

BOOST_AUTO_TEST_CASE(agrees_with_the_origin_report) {
    Random random(73);
    for (int trial = 0; trial < 40; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(6));
        Matrix W = random.normal_matrix(n, n, 1.0);
        W.diagonal() = -W.diagonal().cwiseAbs() - Vector::Constant(n, 0.4);
        if (trial % 2 == 0) {
            W = W.array().round().matrix();
        }
        const ResidualSystem system(W, Activation::Logistic);
        const OriginDirections r = resdyn::origin_directions(system);
        const OriginReport report = origin_report(system);
        BOOST_TEST((r.asymptotically_stable == Decision::No) == (report.stable == Decision::No));
        if (r.repelling > 0) {
            BOOST_TEST(r.repelling_rays.at(0) == report.repelling_ray,
                       boost::test_tools::per_element());
        } else if (r.asymptotically_stable == Decision::Yes) {
            BOOST_TEST((report.stable == Decision::Yes));
        }
        if (report.attracts == Decision::Yes) {
            BOOST_TEST((r.attracts_open_set != Decision::No));
        }
    }
}

BOOST_AUTO_TEST_CASE(double_arithmetic_decides_most_supports_and_scaling_changes_nothing) {
    Random random(74);
    Matrix W = random.normal_matrix(11, 11, 1.0);
    W.diagonal().array() -= 1.0;
    const OriginDirections r = directions_of(W);
    BOOST_TEST(r.supports == 2047);
    BOOST_TEST(r.exact <= 2);
    BOOST_TEST(r.decaying > 5);
    const OriginDirections scaled = directions_of(W * 0x1p-700);
    BOOST_TEST(scaled.decaying == r.decaying);
    BOOST_TEST(scaled.repelling == r.repelling);
    BOOST_TEST(scaled.stable == r.stable);
    BOOST_TEST(scaled.directions.at(0).v[scaled.directions[0].units[0]] ==
               0x1p700 * r.directions.at(0).v[r.directions[0].units[0]]);
    // Entries too far apart for the filter: integers decide all, and the same.
    Matrix tiny = random.normal_matrix(5, 5, 1.0) - Matrix::Identity(5, 5);
    const OriginDirections plain = directions_of(tiny);
    Matrix wide = Matrix::Zero(6, 6);
    wide.topLeftCorner(5, 5) = tiny;
    wide(5, 5) = -0x1p-300;
    const OriginDirections with_small = directions_of(wide);
    BOOST_TEST(with_small.exact > plain.exact);
    BOOST_TEST(with_small.repelling == plain.repelling);  // the sixth unit alone falls
    BOOST_TEST(with_small.decaying == 2 * plain.decaying + 1);
}

BOOST_AUTO_TEST_CASE(two_matrices_threads_limits_and_interruption) {
    const Matrix B{{1, 0, 2}, {-1, 1, 0}, {0, -2, 1}};
    const Matrix A{{-2, 1, 0}, {0, -1, 1}, {1, 0, -1}};
    const OriginDirections product = directions_of(B * A);
    const OriginDirections factors = resdyn::origin_directions(
        ResidualSystem(ResidualSystem::Factors{B, A}, Activation::Logistic));
    BOOST_TEST(product.decaying == factors.decaying);
    BOOST_TEST(product.repelling == factors.repelling);
    Random random(75);
    const Matrix W = random.normal_matrix(12, 12, 0.5) - Matrix::Identity(12, 12);
    const ResidualSystem system(W, Activation::Logistic);
    const OriginDirections one = resdyn::origin_directions(system, {.max_listed = 5, .threads = 1});
    const OriginDirections two = resdyn::origin_directions(system, {.max_listed = 5, .threads = 3});
    BOOST_TEST(one.decaying == two.decaying);
    BOOST_TEST(one.exact == two.exact);
    BOOST_TEST((one.repelling_rays == two.repelling_rays));
    BOOST_REQUIRE(one.directions.size() == 5U);
    BOOST_REQUIRE(two.directions.size() == 5U);
    for (std::size_t k = 0; k < 5; ++k) {
        BOOST_TEST((one.directions[k].v.array() == two.directions[k].v.array()).all());
        BOOST_TEST(one.directions[k].slowest_exponent == two.directions[k].slowest_exponent);
    }
    const OriginDirections none =
        resdyn::origin_directions(system, {.stop_requested = [] { return true; }});
    BOOST_TEST(!none.complete);
    BOOST_TEST(none.supports == 0);
    BOOST_TEST((none.asymptotically_stable == Decision::NotDecided));
    BOOST_TEST(says(none.attracts_reason, "not complete"));
}

BOOST_AUTO_TEST_CASE(ties_that_ask_for_exact_arithmetic_end_the_search_where_it_is_too_dear) {
    // All weights alike: every block of two units is singular.
    const ResidualSystem system(Matrix::Ones(14, 14), Activation::Logistic);
    const OriginDirections one =
        resdyn::origin_directions(system, {.threads = 1, .max_exact = 500});
    const OriginDirections two =
        resdyn::origin_directions(system, {.threads = 3, .max_exact = 500});
    BOOST_TEST(!one.complete);
    BOOST_TEST(one.exact > 500);
    BOOST_TEST(one.supports < 2048);
    BOOST_TEST(one.supports == two.supports);
    BOOST_TEST(one.repelling == two.repelling);
    // What was found decides all the same.
    BOOST_TEST((one.asymptotically_stable == Decision::No));
    BOOST_TEST((one.attracts_open_set == Decision::NotDecided));
    BOOST_TEST(says(one.attracts_reason, "not complete"));
    BOOST_TEST(resdyn::origin_directions(ResidualSystem(Matrix::Ones(5, 5), Activation::Logistic),
                                         {.max_exact = 500})
                   .complete);
}

BOOST_AUTO_TEST_CASE(refusals) {
    BOOST_TEST(says(
        refusal([] { resdyn::origin_directions(ResidualSystem(Matrix{{1.0}}, Activation::Tanh)); }),
        "logistic"));
    BOOST_TEST(says(refusal([] {
                        resdyn::origin_directions(
                            ResidualSystem(Matrix::Identity(25, 25), Activation::Logistic));
                    }),
                    "24"));
}

BOOST_AUTO_TEST_CASE(the_report_on_the_origin_needs_no_second_search) {
    Random random(21);
    for (int k = 0; k < 40; ++k) {
        const ResidualSystem system(random.normal_matrix(5, 5, 1.0), Activation::Logistic);
        const OriginDirections found = resdyn::origin_directions(system);
        const OriginReport own = origin_report(system);
        const OriginReport taken = origin_report(system, found);
        BOOST_TEST((own.stable == taken.stable));
        BOOST_TEST(own.stable_reason == taken.stable_reason);
        BOOST_TEST((own.attracts == taken.attracts));
        BOOST_TEST(own.repelling_ray == taken.repelling_ray);
        BOOST_TEST(says(
            refusal([&] {
                origin_report(ResidualSystem(Matrix::Identity(4, 4), Activation::Logistic), found);
            }),
            "directions of a system of 4 units"));
    }
}

BOOST_AUTO_TEST_SUITE_END()
