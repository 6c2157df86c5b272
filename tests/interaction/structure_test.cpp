#include <array>
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/interaction/structure_check.hpp>
#include <resdyn/model/systems.hpp>

#include <support/refusal.hpp>
#include "numerics/decompositions.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(structure_)

namespace {

StructureReport report_of(const ResidualSystem& system) {
    return structure_report(system, interaction_report(system.W()), rank_report(system.W()));
}

StructureReport report_of(const Matrix& W, Activation f = Activation::Tanh, double h = 1.0) {
    return report_of(ResidualSystem(W, f, h));
}

/// Every law that the theory claims is seen, and every claim is compared with something.
void check_laws(const ResidualSystem& system, const CheckOptions& options = {}) {
    const StructureReport report = report_of(system);
    for (const StructureCheck& check : check_structure(system, report, options)) {
        BOOST_TEST_CONTEXT(check.verdict << ": " << check.law << (check.map ? ", map" : ", flow")
                                         << ", violation " << check.violation << " tolerance "
                                         << check.tolerance) {
            BOOST_TEST(!check.failed());
            BOOST_TEST(check.comparisons > 0);
            BOOST_TEST(check.trajectories == options.starts);
        }
    }
}

Vector random_p(Random& random, Index n) {
    return random.uniform_vector(n, -1.5, 1.5).array().exp();
}

/// Dyadic p, so that diag(p)⁻¹ S has no rounding.
Vector dyadic_p(Random& random, Index n) {
    Vector p(n);
    for (double& one : p) {
        one = std::ldexp(1.0, static_cast<int>(random.below(7)) - 3);
    }
    return p;
}

Matrix antisymmetric(const Matrix& M) {
    return M - M.transpose();
}

Matrix symmetric(const Matrix& M) {
    return M + M.transpose();
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_named_systems_have_the_structure_that_the_theory_gives_them) {
    const auto names = [](const char* name) {
        const NamedSystem& system = named_system(name);
        const StructureReport report = report_of(system.W, system.activation);
        std::string text;
        for (const StructureVerdict& verdict : report.verdicts) {
            text += verdict.holds() ? verdict.name + " " : "";
        }
        return text;
    };
    BOOST_TEST(names("winner-takes-all") == "competitive balanced gradient-like ");
    BOOST_TEST(names("mutual-help") == "cooperative balanced gradient-like rank-deficient ");
    BOOST_TEST(names("heteroclinic-cycle") == "");
    BOOST_TEST(names("competing-zero-diagonal") == "competitive balanced gradient-like ");
    BOOST_TEST(names("conservative-pair") == "conservative ");
    for (const NamedSystem& system : named_systems()) {
        for (const double h : {0.1, 1.0}) {
            check_laws(ResidualSystem(system.W, system.activation, h));
        }
    }
}

BOOST_AUTO_TEST_CASE(scalings_are_found_exactly_and_lost_by_one_entry) {
    Random random(12);
    for (int k = 0; k < 40; ++k) {
        const Index n = 2 + static_cast<Index>(random.below(7));
        const Vector p = dyadic_p(random, n);
        const bool skew = k % 2 == 1;
        const Matrix M = random.normal_matrix(n, n, 1.0);
        Matrix W = p.cwiseInverse().asDiagonal() * (skew ? antisymmetric(M) : symmetric(M));
        const Structure which = skew ? Structure::Conservative : Structure::GradientLike;
        const StructureReport report = report_of(W);
        const DiagonalScaling& scaling = skew ? report.conservative : report.gradient;
        BOOST_TEST((report[which].status == VerdictStatus::Holds));
        BOOST_TEST(scaling.exact);
        BOOST_TEST((scaling.p / scaling.p[0] - p / p[0]).norm() <= 1e-12 * p.norm() / p[0]);
        check_laws(ResidualSystem(W, all_activations[static_cast<std::size_t>(k / 2) % 4], 0.2),
                   {.starts = 2, .layers = 30});

        W(0, 1) *= 1 + 1e-9;  // float32 would not see it, the exact test does
        BOOST_TEST((report_of(W)[which].status ==
                    (n == 2 ? VerdictStatus::Holds : VerdictStatus::HoldsToRounding)));
        W(0, 1) = -W(0, 1);
        BOOST_TEST((report_of(W)[which].status == VerdictStatus::Fails));
        BOOST_TEST(report_of(W)[which].margin == 1.0);
        BOOST_TEST(!report_of(W)[which].witness.empty());
    }
    // A cycle whose products differ (Volterra's condition) fails although every pair is fine.
    const StructureReport cycle = report_of(Matrix{{0, 1, 2}, {1, 0, 1}, {1, 1, 0}});
    BOOST_TEST((cycle[Structure::GradientLike].status == VerdictStatus::Fails));
    BOOST_TEST(cycle[Structure::GradientLike].violations == 1);
    Matrix self = antisymmetric(random.normal_matrix(4, 4, 1.0));
    self(2, 2) = 1e-3;
    BOOST_TEST((report_of(self)[Structure::Conservative].status == VerdictStatus::Fails));
}

BOOST_AUTO_TEST_CASE(weights_rounded_to_single_precision_hold_to_rounding_and_keep_their_laws) {
    Random random(21);
    for (const Activation f : all_activations) {
        const Vector p = random_p(random, 6);
        const Matrix S = symmetric(random.normal_matrix(6, 6, 0.5));
        Matrix W = (p.cwiseInverse().asDiagonal() * S).cast<float>().cast<double>();
        BOOST_TEST(
            (report_of(W)[Structure::GradientLike].status == VerdictStatus::HoldsToRounding));
        check_laws(ResidualSystem(W, f, 0.1));
        W = (p.cwiseInverse().asDiagonal() * antisymmetric(S * W)).cast<float>().cast<double>();
        BOOST_TEST(
            (report_of(W)[Structure::Conservative].status == VerdictStatus::HoldsToRounding));
        check_laws(ResidualSystem(W, f, 0.1));
    }
}

BOOST_AUTO_TEST_CASE(gradient_systems_keep_V_in_the_network_on_one_side_of_the_condition) {
    // Symmetric W with smallest eigenvalue −ω: the condition is h max f' ω < 2.
    Matrix W{{-1.0, 2.0}, {2.0, -1.0}};  // eigenvalues 1 and −3
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        const double critical = 2.0 / (3.0 * max_slope(f));
        const StructureReport below = report_of(W, f, 0.999 * critical);
        BOOST_TEST(below[Structure::GradientLike].network_holds.value());
        BOOST_TEST(below[Structure::GradientLike].network_margin > 0);
        check_laws(ResidualSystem(W, f, 0.999 * critical));
        BOOST_TEST(
            !report_of(W, f, 1.001 * critical)[Structure::GradientLike].network_holds.value());
    }
    // Beyond it V does rise: tanh, w = −3, h = 1 flips between two residuals (doc/theory.md §7.2).
    const ResidualSystem flip(Matrix{{-3.0}}, Activation::Tanh, 1.0);
    const StructureReport report = report_of(flip);
    BOOST_TEST(!report[Structure::GradientLike].network_holds.value());
    bool seen = false;
    for (const StructureCheck& check : check_structure(flip, report)) {
        if (check.map && check.law == "V falls") {
            BOOST_TEST(!check.claimed);
            BOOST_TEST(!check.passed);
            BOOST_TEST(!check.failed());
            seen = true;
        }
    }
    BOOST_TEST(seen);
}

BOOST_AUTO_TEST_CASE(order_is_kept_or_broken_as_the_diagonal_says) {
    Random random(17);
    for (int k = 0; k < 12; ++k) {
        const Index n = 1 + static_cast<Index>(random.below(6));
        Matrix W = random.normal_matrix(n, n, 1.0).cwiseAbs();
        W.diagonal() = random.uniform_vector(n, -2.0, 1.0);
        Vector s = Vector::Ones(n);
        for (Index i = 1; k % 2 == 1 && i < n; ++i) {
            s[i] = i % 2 == 0 ? 1.0 : -1.0;
        }
        W = s.asDiagonal() * W * s.asDiagonal();
        const double h = 1.0 / std::max(1e-9, -W.diagonal().minCoeff());
        for (const Activation f : all_activations) {
            const ResidualSystem kept(W, f, std::min(1.0, 0.999 * h / max_slope(f)));
            BOOST_TEST(report_of(kept)[Structure::Balanced].network_holds.value());
            check_laws(kept, {.starts = 4, .layers = 20});
        }
    }
    const ResidualSystem broken(Matrix{{-3.0, 1.0}, {1.0, -3.0}}, Activation::Tanh, 1.0);
    const StructureReport report = report_of(broken);
    BOOST_TEST(report[Structure::Cooperative].network_margin == -2.0);
    for (const StructureCheck& check : check_structure(broken, report)) {
        if (check.map && check.law == "order is kept") {
            BOOST_TEST(!check.passed);
        }
    }
    // A wrong claim is found: units that compete do not keep the order of cooperation.
    StructureReport lie = report_of(Matrix{{0.0, -1.0}, {-1.0, 0.0}});
    lie.verdicts[0].status = VerdictStatus::Holds;
    bool caught = false;
    for (const StructureCheck& check :
         check_structure(ResidualSystem(Matrix{{0.0, -1.0}, {-1.0, 0.0}}, Activation::Tanh), lie)) {
        caught = caught || check.failed();
    }
    BOOST_TEST(caught);
}

BOOST_AUTO_TEST_CASE(dissipativity_is_found_verified_or_refuted) {
    Random random(6);
    int found = 0;
    for (int k = 0; k < 60; ++k) {
        // −D + antisymmetric, scaled by a hidden P that the identity does not serve.
        const Index n = 1 + static_cast<Index>(random.below(10));
        const Vector p = random_p(random, n);
        Matrix S = antisymmetric(random.normal_matrix(n, n, 2.0));
        S.diagonal() -= random.uniform_vector(n, 0.1, 1.0);
        const Matrix W = p.cwiseInverse().asDiagonal() * S;
        const Dissipativity result = find_dissipativity(W);
        BOOST_REQUIRE((result.status == DissipativityStatus::Found));
        const double top = symmetric_eigenvalues(dissipation_form(W, result.p, 0.0))[n - 1];
        BOOST_TEST(top <= result.largest_eigenvalue * (1 - 1e-9));
        BOOST_TEST(result.largest_eigenvalue < 0);
        BOOST_TEST(result.p.minCoeff() > 0);
        BOOST_TEST(std::abs(result.p.sum() - static_cast<double>(n)) < 1e-9 * n);
        found += 1;
        if (k < 6) {
            check_laws(
                ResidualSystem(W, k % 2 == 0 ? Activation::Tanh : Activation::Logistic, 0.05),
                {.starts = 2});
        }
    }
    BOOST_TEST(found == 60);
    // One entry decides: a self-excited unit, or a pair whose minor vanishes, exactly.
    BOOST_TEST((find_dissipativity(Matrix{{-1.0, 0.5}, {0.5, 0.0}}).status ==
                DissipativityStatus::Impossible));
    BOOST_TEST((find_dissipativity(Matrix{{-1.0, 2.0}, {0.5, -1.0}}).status ==
                DissipativityStatus::Impossible));
    BOOST_TEST((find_dissipativity(Matrix{{-1.0, 2.0}, {std::nextafter(0.5, 0.0), -1.0}}).status !=
                DissipativityStatus::Impossible));
    BOOST_TEST((find_dissipativity(Matrix{{-1.0, 2.0}, {0.49, -1.0}}).status ==
                DissipativityStatus::Found));
    BOOST_TEST((find_dissipativity(Matrix::Zero(3, 3)).status == DissipativityStatus::Impossible));
    const Dissipativity skipped =
        find_dissipativity(Matrix::Identity(5, 5) * -1.0, {.search_up_to = 4});
    BOOST_TEST((skipped.status == DissipativityStatus::NotFound));
    BOOST_TEST(skipped.proof.find("not searched") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(three_units_can_be_refuted_only_by_the_dual_certificate) {
    // Circulant with diagonal −1: every minor of two is fine, and by symmetry P = I is best;
    // sym W has eigenvalues −1 + (a + b) and −1 − (a + b)/2.
    const auto circulant = [](double a, double b) {
        return Matrix{{-1.0, a, b}, {b, -1.0, a}, {a, b, -1.0}};
    };
    for (const double excess : {1e-4, 0.1}) {
        const Dissipativity no = find_dissipativity(circulant(-3.0 - excess, 1.0 / 6.0));
        const double top = -1.0 + (3.0 + excess - 1.0 / 6.0) / 2.0;
        BOOST_TEST(top > 0);
        BOOST_TEST((no.status == DissipativityStatus::Impossible));
        BOOST_TEST(no.proof.find("dual certificate") != std::string::npos);
    }
    // At the boundary a + b = −2 the best eigenvalue is zero: neither is claimed.
    const double a = -1.5;
    BOOST_TEST(
        (find_dissipativity(circulant(a, -0.5 - 1e-3)).status == DissipativityStatus::Impossible));
    BOOST_TEST(
        (find_dissipativity(circulant(a, -0.5 + 1e-3)).status == DissipativityStatus::Found));
    BOOST_TEST((find_dissipativity(circulant(a, -0.5)).status == DissipativityStatus::NotFound));
}

BOOST_AUTO_TEST_CASE(dissipative_networks_reach_zero_below_the_critical_step) {
    // tanh, W = −I + A: the network's condition at P = I is h < 2/(1 + ω²), and no P does better.
    const double omega = 2.0;
    const Matrix W{{-1.0, omega}, {-omega, -1.0}};
    const double critical = 2.0 / (1.0 + omega * omega);
    const StructureReport below = report_of(W, Activation::Tanh, 0.99 * critical);
    BOOST_TEST(below[Structure::Dissipative].network_holds.value());
    check_laws(ResidualSystem(W, Activation::Tanh, 0.99 * critical));
    const StructureReport above = report_of(W, Activation::Tanh, 1.01 * critical);
    BOOST_TEST(above[Structure::Dissipative].holds());
    BOOST_TEST(!above[Structure::Dissipative].network_holds.value());
    check_laws(ResidualSystem(W, Activation::Tanh, 1.01 * critical));
}

BOOST_AUTO_TEST_CASE(ranks_are_those_of_the_stored_numbers) {
    const StructureReport ones = report_of(Matrix::Ones(4, 4));
    BOOST_TEST((ones[Structure::RankDeficient].status == VerdictStatus::Holds));
    BOOST_TEST(ones.exact_rank.at_most == 1);
    // 0.1·0.3 is not 0.3·0.1 in the third place: the stored matrix has full rank, by rounding.
    Matrix third{{1.0, 1.0 / 3.0}, {3.0, 1.0}};
    BOOST_TEST(
        (report_of(third)[Structure::RankDeficient].status == VerdictStatus::HoldsToRounding));
    BOOST_TEST(report_of(third).exact_rank.at_least == 2);
    third(1, 1) = 1.5;
    BOOST_TEST((report_of(third)[Structure::RankDeficient].status == VerdictStatus::Fails));
    Random random(2);
    const Matrix large = random.normal_matrix(60, 60, 1.0);
    BOOST_TEST(report_of(large).exact_rank.at_least == 60);
    // B A of three hidden units over two inputs: the exact product has rank two, always.
    const Matrix B = random.normal_matrix(3, 2, 1.0);
    const Matrix A = random.normal_matrix(2, 3, 1.0);
    const ResidualSystem system(ResidualSystem::Factors{B, A}, Activation::Tanh);
    const StructureReport product = report_of(system);
    BOOST_TEST(product.exact_subject == "exact product B A");
    BOOST_TEST(product.exact_rank.at_most == 2);
    BOOST_TEST((product[Structure::RankDeficient].status == VerdictStatus::Holds));
    check_laws(system);
    check_laws(ResidualSystem(third, Activation::Softplus));
}

BOOST_AUTO_TEST_CASE(degenerate_matrices_and_the_same_numbers_for_any_thread_count) {
    for (const Matrix& W : {Matrix{{0.0}}, Matrix{{-2.0}}, Matrix{{2.0}},
                            Matrix(Matrix::Zero(3, 3)), Matrix(-Matrix::Identity(3, 3))}) {
        for (const Activation f : all_activations) {
            check_laws(ResidualSystem(W, f, 0.5));
        }
    }
    const ResidualSystem system(Matrix{{0.0, -1.0, 0.5}, {-1.0, 0.5, 0.0}, {0.5, 0.0, 0.25}},
                                Activation::Logistic);
    const StructureReport report = report_of(system);
    const auto one = check_structure(system, report, {.threads = 1});
    const auto two = check_structure(system, report, {.threads = 2});
    BOOST_REQUIRE_EQUAL(one.size(), two.size());
    for (std::size_t k = 0; k < one.size(); ++k) {
        BOOST_TEST(one[k].violation == two[k].violation);
        BOOST_TEST(one[k].tolerance == two[k].tolerance);
    }
    // Relabelling the units relabels the scaling and changes no verdict.
    const std::vector<Index> order = {2, 0, 1};
    const StructureReport moved = report_of(system.W()(order, order), Activation::Logistic);
    for (std::size_t k = 0; k < report.verdicts.size(); ++k) {
        BOOST_TEST((moved.verdicts[k].status == report.verdicts[k].status));
    }
    BOOST_TEST(test::says(test::refusal([&] { check_structure(system, report, {.starts = 0}); }),
                          "starts", ">= 1", "0"));
    BOOST_TEST(test::says(test::refusal([&] {
                              structure_report(system, interaction_report(Matrix::Zero(2, 2)),
                                               rank_report(system.W()));
                          }),
                          "reports of system.W()"));
}

BOOST_AUTO_TEST_SUITE_END()
