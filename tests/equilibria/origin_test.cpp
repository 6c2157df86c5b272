// The logistic origin: two verdicts, each against systems whose answer is known, and against runs.
#include <boost/test/unit_test.hpp>

#include <array>
#include <cmath>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/origin.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/stable/stable_equilibria.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(origin_)

namespace {

OriginReport report_of(const Matrix& W) {
    return origin_report(ResidualSystem(W, Activation::Logistic));
}

double largest_residual_after(const Matrix& W, const Vector& u0, double t_end) {
    const PreactivationFlow flow(ResidualSystem(W, Activation::Logistic));
    const Trajectory run = integrate(flow, u0, {.t_end = t_end, .rel_tol = 1e-7});
    return activate(Activation::Logistic, Vector(run.x.rightCols(1))).maxCoeff();
}

}  // namespace

BOOST_AUTO_TEST_CASE(all_competing_goes_to_zero) {
    const OriginReport r = report_of(Matrix{{-1, -2}, {-3, -1}});
    BOOST_TEST((r.stable == Decision::Yes));
    BOOST_TEST((r.attracts == Decision::Yes));
    BOOST_TEST(r.P.has_value());
}

BOOST_AUTO_TEST_CASE(a_diagonal_is_found_where_the_identity_does_not_do) {
    // −W is not copositive (y = (1, 1): 2·4 − 2 > 0 off the diagonal), −PW is for large p2/p1.
    const Matrix W{{-1, 8}, {-4, -1}};
    const Matrix plain = -(W + W.transpose());
    BOOST_TEST(copositivity_violation(plain, true).has_value());
    const OriginReport r = report_of(W);
    BOOST_REQUIRE(r.P.has_value());
    BOOST_TEST((r.attracts == Decision::Yes));
    const Matrix PW = r.P->asDiagonal() * W;
    Random random(4);
    for (int k = 0; k < 200; ++k) {
        const Vector y = random.uniform_vector(2, 0.0, 1.0);
        BOOST_TEST(y.dot(PW * y) < 0);
    }
    BOOST_TEST(largest_residual_after(W, Vector{{1.0, 0.5}}, 4000) < 5e-3);
}

BOOST_AUTO_TEST_CASE(the_caution_is_not_decided) {
    const OriginReport r = report_of(named_system("false-repeller").W);
    BOOST_TEST((r.stable == Decision::No));
    BOOST_TEST((r.attracts == Decision::NotDecided));
}

BOOST_AUTO_TEST_CASE(a_ray_of_two_units_repels_where_no_self_coupling_does) {
    // w_ii < 0, yet W v = 1 has v = (1/2, 1/2)·… > 0: both grow along y1 = y2.
    const Matrix W{{-1, 3}, {3, -1}};
    const OriginReport r = report_of(W);
    BOOST_TEST((r.stable == Decision::No));
    BOOST_TEST((r.attracts == Decision::No));  // HH is stable
    BOOST_TEST(largest_residual_after(W, Vector{{-4.0, -4.1}}, 200) > 0.99);
}

BOOST_AUTO_TEST_CASE(conserved_and_rising_sums_keep_the_origin_from_attracting) {
    const OriginReport pair = report_of(Matrix{{0, 1}, {-1, 0}});
    BOOST_TEST((pair.stable == Decision::Yes));  // yᵀWy = 0
    BOOST_TEST((pair.attracts == Decision::No));
    const OriginReport zero = report_of(Matrix{{0, 0}, {0, 0}});
    BOOST_TEST((zero.stable == Decision::Yes));
    BOOST_TEST((zero.attracts == Decision::No));
}

BOOST_AUTO_TEST_CASE(copositivity_against_samples) {
    Random random(9);
    Index violated = 0;
    for (int trial = 0; trial < 60; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(4));
        Matrix M = random.normal_matrix(n, n, 1.0);
        M.diagonal().array() += 1.2;
        M = (0.5 * (M + M.transpose())).eval();
        const auto y = copositivity_violation(M, true);
        if (y) {
            ++violated;
            BOOST_TEST(y->minCoeff() >= 0);
            BOOST_TEST(y->dot(M * *y) <= 1e-12);
        } else {
            for (int k = 0; k < 300; ++k) {
                const Vector x = random.uniform_vector(n, 0.0, 1.0);
                BOOST_TEST(x.dot(M * x) > 0);
            }
        }
    }
    BOOST_TEST(violated > 5);
    BOOST_TEST(violated < 55);
    // The Horn matrix is copositive, not strictly, and not positive semidefinite plus non-negative.
    Matrix horn(5, 5);
    horn << 1, -1, 1, 1, -1, -1, 1, -1, 1, 1, 1, -1, 1, -1, 1, 1, 1, -1, 1, -1, -1, 1, 1, -1, 1;
    BOOST_TEST(!copositivity_violation(horn, false).has_value());
    BOOST_TEST(copositivity_violation(horn, true).has_value());
    horn(0, 1) = horn(1, 0) = -1.0625;
    BOOST_TEST(copositivity_violation(horn, false).has_value());
}

BOOST_AUTO_TEST_CASE(copositivity_of_larger_matrices_by_construction) {
    // A sum of a positive semidefinite and a non-negative matrix is copositive; taking off a little
    // more than the smallest value at a known y ≥ 0 is not.
    Random random(31);
    for (const Index n : {8, 12, 16}) {
        const Matrix B = random.normal_matrix(n, n / 2, 1.0).array().round().matrix();
        Matrix N = random.normal_matrix(n, n, 1.0).array().round().abs().matrix();
        N = (N + N.transpose()).eval();
        const Matrix M = B * B.transpose() + N;
        BOOST_TEST(!copositivity_violation(M, false).has_value());
        Vector y = Vector::Zero(n);
        for (const Index i : {Index{1}, n / 2, n - 1}) {
            y[i] = 1.0;
        }
        const double value = y.dot(M * y);
        Matrix broken = M;
        broken(1, n - 1) -= std::floor(value / 2) + 1;
        broken(n - 1, 1) = broken(1, n - 1);
        const auto found = copositivity_violation(broken, true);
        BOOST_REQUIRE(found.has_value());
        BOOST_TEST(found->minCoeff() >= 0);
        BOOST_TEST(found->dot(broken * *found) <= 1e-9);
    }
}

BOOST_AUTO_TEST_CASE(twelve_competing_units_are_decided) {
    // −W with a negative definite symmetric part scaled by a hidden diagonal: found again.
    Random random(17);
    Matrix A = random.normal_matrix(12, 12, 1.0);
    A = (A - A.transpose()).eval() - 0.5 * Matrix::Identity(12, 12);
    const Vector hidden = random.uniform_vector(12, 0.25, 4.0);
    const OriginReport r = report_of(hidden.cwiseInverse().asDiagonal() * A);
    BOOST_TEST((r.stable == Decision::Yes));
    BOOST_TEST((r.attracts == Decision::Yes));
}

BOOST_AUTO_TEST_CASE(a_hidden_combination_that_rises_is_found_by_its_alternative) {
    // (1, 2, 1) W = (1, 1, 0) ≥ 0, yet no row and no plain sum shows it.
    const Matrix W{{-3, 3, -2}, {1, -2, 2}, {2, 2, -2}};
    BOOST_REQUIRE(((Vector{{1, 2, 1}}.transpose() * W).array() >= 0).all());
    BOOST_REQUIRE((W.rowwise().minCoeff().array() < 0).all());
    BOOST_REQUIRE(W.colwise().sum().minCoeff() < 0);
    const OriginReport r = report_of(W);
    BOOST_TEST((r.attracts == Decision::No));
    // A run agrees: the weighted sum of u never falls.
    const PreactivationFlow flow(ResidualSystem(W, Activation::Logistic));
    const Trajectory run = integrate(flow, Vector{{-2.0, -1.0, -3.0}}, {.t_end = 200});
    const Vector sums = run.x.transpose() * Vector{{1, 2, 1}};
    for (Index k = 1; k < sums.size(); ++k) {
        BOOST_TEST(sums[k] >= sums[k - 1] - 1e-8);
    }
}

BOOST_AUTO_TEST_CASE(all_weights_negative_are_decided_for_any_number_of_units) {
    Random random(41);
    for (const Index n : {12, 13, 40, 120}) {
        const OriginReport ones = report_of(-Matrix::Ones(n, n));
        BOOST_TEST((ones.stable == Decision::Yes));
        BOOST_TEST((ones.attracts == Decision::Yes));
        BOOST_TEST(ones.P.has_value());
        const Matrix W = -(random.normal_matrix(n, n, 1.0).cwiseAbs().array() + 0.01).matrix();
        const OriginReport r = report_of(W);
        BOOST_TEST((r.attracts == Decision::Yes));
    }
}

BOOST_AUTO_TEST_CASE(an_m_matrix_in_disguise_is_decided_for_any_number_of_units) {
    // −W = D(sI − B) with B ≥ 0 of spectral radius < s, less of some positive entries: P = I fails.
    Random random(42);
    for (const Index n : {5, 17, 60}) {
        Matrix A = -random.normal_matrix(n, n, 1.0).cwiseAbs();
        A.diagonal() = -A.rowwise().sum() + Vector::Constant(n, 0.3) + A.diagonal();
        for (Index i = 0; i < n; ++i) {
            A.row(i) *= std::exp2(std::round(random.uniform(-6.0, 6.0)));
            A(i, (i + 2) % n) = std::abs(A(i, (i + 2) % n)) * (i % 3);
        }
        const Matrix W = -A;
        BOOST_REQUIRE(symmetric_eigenvalues(W + W.transpose()).maxCoeff() > 0);
        const OriginReport r = report_of(W);
        BOOST_TEST((r.attracts == Decision::Yes));
        BOOST_REQUIRE(r.P.has_value());
        const Matrix PW = r.P->asDiagonal() * W;
        for (int k = 0; k < 50; ++k) {
            const Vector y = random.uniform_vector(n, 0.0, 1.0);
            BOOST_TEST(y.dot(PW * y) < 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_smallest_repelling_ray_is_found_first) {
    // A cycle of three that help each other around, no two of which do; two bystanders.
    Matrix W = -Matrix::Identity(5, 5);
    W(1, 2) = W(2, 4) = W(4, 1) = 2.0;
    W(0, 1) = W(3, 2) = -1.0;
    const OriginReport r = report_of(W);
    BOOST_TEST((r.stable == Decision::No));
    BOOST_TEST(r.repelling_ray == (std::vector<Index>{1, 2, 4}), boost::test_tools::per_element());
    BOOST_TEST(!r.all_supports);
    BOOST_TEST(!r.P.has_value());
    // Along it y grows: v = (1, 1, 1) on the cycle.
    Vector u = Vector::Constant(5, -30.0);
    u[1] = u[2] = u[4] = -6.0;
    BOOST_TEST(largest_residual_after(W, u, 2000) > 0.5);
}

BOOST_AUTO_TEST_CASE(no_ray_at_all_is_asymptotic_stability_and_agrees_with_an_enumeration) {
    Random random(43);
    std::array<Index, 3> tally{};
    for (int trial = 0; trial < 60; ++trial) {
        const Index n = 2 + static_cast<Index>(random.below(4));
        Matrix W = random.normal_matrix(n, n, 1.0);
        W.diagonal() = -W.diagonal().cwiseAbs() - Vector::Constant(n, 0.4);
        if (trial % 3 == 0) {
            W = W.array().round().matrix();
        }
        // Every support by floating-point solves; singular blocks are told apart by hand.
        bool repels = false;
        bool unclear = false;
        for (unsigned subset = 1; subset < (1U << n); ++subset) {
            std::vector<Index> K;
            for (Index i = 0; i < n; ++i) {
                if ((subset >> i & 1U) != 0) {
                    K.push_back(i);
                }
            }
            const Matrix block = W(K, K);
            const RankRevealingLu lu(block);
            if (!lu.is_invertible()) {
                unclear = true;
            } else if (lu.solve(Vector::Ones(block.rows())).minCoeff() > 0) {
                repels = true;
            }
        }
        const OriginReport r = report_of(W);
        ++tally[static_cast<std::size_t>(r.stable)];
        if (repels) {
            BOOST_TEST((r.stable == Decision::No));
        } else if (!unclear) {
            BOOST_TEST((r.stable == Decision::Yes));
            BOOST_TEST(r.all_supports);
        }
        if (r.stable == Decision::Yes) {
            const Vector u0 = random.uniform_vector(n, -12.0, -10.0);
            BOOST_TEST(largest_residual_after(W, u0, 1e6) < 1e-3);
        }
    }
    BOOST_TEST(tally[static_cast<std::size_t>(Decision::Yes)] > 5);
    BOOST_TEST(tally[static_cast<std::size_t>(Decision::No)] > 5);
}

BOOST_AUTO_TEST_CASE(a_resting_ray_is_no_proof_and_is_named) {
    // W v = 0 for v = (1, 1): two units that only cancel.
    const Matrix W{{-1, 1, 0}, {1, -1, 1}, {-1, -1, -1}};
    const OriginReport r = report_of(W);
    BOOST_TEST((r.stable != Decision::No));
    BOOST_TEST(!r.P.has_value());
}

BOOST_AUTO_TEST_CASE(a_graded_stable_equilibrium_keeps_the_origin_from_attracting) {
    // F = {0, 1}: a stable focus inside the cube's face y2 = 1, found without its pattern given.
    Random random(44);
    Index seen = 0;
    for (int trial = 0; trial < 40; ++trial) {
        Matrix W = random.normal_matrix(4, 4, 1.0) - 1.2 * Matrix::Identity(4, 4);
        const ResidualSystem system(W, Activation::Logistic);
        const OriginReport alone =
            origin_report(system, {.rival = [&] { return stable_rival(system); }});
        const Atlas atlas = equilibrium_atlas(system, {.listing = Listing::Stable, .origin = true});
        BOOST_REQUIRE(atlas.origin.has_value());
        BOOST_TEST((alone.stable == atlas.origin->stable));
        BOOST_TEST((alone.attracts == atlas.origin->attracts));
        if (atlas.counts.stable > 0) {
            BOOST_TEST((alone.attracts == Decision::No));
            seen += atlas.equilibria.front().pattern.is_vertex() ? 0 : 1;
        }
        const StableSearch stable = stable_equilibria(system, {.origin = true});
        BOOST_REQUIRE(stable.origin.has_value());
        BOOST_TEST((alone.attracts == stable.origin->attracts));
    }
    BOOST_TEST(seen > 0);
}

BOOST_AUTO_TEST_CASE(threads_limits_and_interruption) {
    Random random(45);
    Matrix W = random.normal_matrix(11, 11, 0.2);
    W.diagonal().setConstant(-1.0);
    const ResidualSystem system(W, Activation::Logistic);
    const OriginReport one = origin_report(system, {.threads = 1});
    const OriginReport two = origin_report(system, {.threads = 2});
    BOOST_TEST(one.stable_reason == two.stable_reason);
    BOOST_TEST(one.supports == two.supports);
    BOOST_TEST(one.repelling_ray == two.repelling_ray, boost::test_tools::per_element());
    const OriginReport few = origin_report(system, {.max_supports = 20});
    BOOST_TEST(few.supports == 20);
    BOOST_TEST(!few.all_supports);
    const OriginReport none = origin_report(system, {.stop_requested = [] { return true; }});
    BOOST_TEST((none.attracts == Decision::NotDecided || none.P.has_value()));
    BOOST_TEST(none.supports == 0);
    BOOST_TEST(says(refusal([&] { origin_report(system, {.max_supports = 0}); }), "max_supports"));
}

BOOST_AUTO_TEST_CASE(refusals) {
    BOOST_TEST(
        says(refusal([&] { origin_report(ResidualSystem(Matrix{{1.0}}, Activation::Tanh)); }),
             "logistic"));
    BOOST_TEST(says(refusal([&] {
                        copositivity_violation(Matrix{{1, 2}, {0, 1}}, true);
                    }),
                    "symmetric"));
}

BOOST_AUTO_TEST_SUITE_END()
