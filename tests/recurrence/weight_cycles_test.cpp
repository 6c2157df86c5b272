// Cycles of the network along paths of weights: closed forms, a bubble of doubled cycles between
// two exact flips, and the same branches by two ways: αW at step 1 is W at step α.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <random>

#include <resdyn/recurrence/cycle_branches.hpp>
#include <resdyn/stable/attracting_faces.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(weight_cycles_)

namespace {

std::vector<const CycleBranchPoint*> points_of(const CycleBranch& branch, CycleLabel label) {
    std::vector<const CycleBranchPoint*> found;
    for (const CycleBranchPoint& point : branch.points) {
        if (point.label == label) {
            found.push_back(&point);
        }
    }
    return found;
}

CycleBranches followed(const ParameterPath& path, const CycleBranchOptions& options) {
    return follow_cycles(path, bifurcations(path, {.from = options.from, .to = options.to}),
                         options);
}

/// u ← u + h (a + w σ(u)): unit 0 free, driven by unit 1, which is High.
ResidualSystem driven(double w, double a, double h) {
    return {Matrix{{w, a}, {0.0, 1.0}}, Activation::Logistic, h};
}

Matrix random_matrix(Index n, unsigned seed) {
    std::mt19937 random(seed);
    Matrix W(n, n);
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < n; ++j) {
            W(i, j) = 0.25 * (static_cast<double>(random() % 25) - 12.0);
        }
    }
    return W;
}

}  // namespace

BOOST_AUTO_TEST_CASE(one_unit_has_its_cycle_in_closed_form) {
    // u ← u + (w − α) tanh u flips where w − α = −2, and has u ← −u with 2u = (α − w) tanh u.
    const double w = -1.0;
    const ParameterPath path = self_coupling_path(ResidualSystem(Matrix{{w}}, Activation::Tanh));
    const CycleBranches found = followed(path, {.from = 0.0, .to = 4.0, .max_period = 16});
    BOOST_REQUIRE(found.branches.size() == 1U);
    BOOST_TEST(found.step.value() == 1.0);
    const CycleBranch& two = found.branches.front();
    BOOST_TEST(two.birth == 1.0);
    BOOST_TEST(two.grows_upward);
    BOOST_TEST((two.end == CycleBranchEnd::Range));
    BOOST_TEST(two.points.back().parameter == 4.0);
    BOOST_TEST(two.points.size() > 20U);
    for (const CycleBranchPoint& point : two.points) {
        const double u = point.u(0, 0);
        BOOST_TEST(point.u(0, 1) == -u, boost::test_tools::tolerance(1e-8));
        BOOST_TEST(std::abs(2.0 * u - (point.parameter - w) * std::tanh(u)) < 1e-9);
        const double c = std::cosh(u);
        const double factor = 1.0 + (w - point.parameter) / (c * c);
        BOOST_TEST(std::abs(point.multipliers.front() - factor * factor) < 1e-8);
        BOOST_TEST(point.leaving == 0);
        BOOST_TEST(point.residual < 1e-10);
    }
    // The amplitude grows like a root: the square of u is 3 (α − 1)/2 to first order.
    const CycleBranchPoint& first = two.points.front();
    BOOST_TEST(first.u(0, 0) * first.u(0, 0) / (first.parameter - 1.0) == 1.5,
               boost::test_tools::tolerance(1e-2));
}

BOOST_AUTO_TEST_CASE(doubled_cycles_between_two_exact_flips_are_one_branch) {
    // y* = a/6, and the multiplier 1 − h a (1 − a/6) is −1 at a = 2 and a = 4 for h = 3/2.
    const ParameterPath path = coupling_path(driven(-6.0, 1.0, 1.5), 0, 1);
    const CycleBranches found =
        followed(path, {.from = 1.0, .to = 5.0, .max_period = 2, .marks = {2.5, 4.5}});
    BOOST_REQUIRE(found.branches.size() == 1U);
    const CycleBranch& bubble = found.branches.front();
    BOOST_TEST(to_string(bubble.face) == "FH");
    BOOST_TEST(bubble.birth == 2.0);
    BOOST_TEST(bubble.grows_upward);
    BOOST_TEST((bubble.end == CycleBranchEnd::Merges));
    BOOST_TEST(std::abs(bubble.points.back().parameter - 4.0) < 1e-6);
    BOOST_TEST(bubble.points.back().amplitude < 1e-3);
    BOOST_TEST(found.not_followed == 0);
    for (const CycleBranchPoint& point : bubble.points) {
        // The mean of every cycle is the equilibrium.
        BOOST_TEST(std::abs(point.y.row(0).mean() - point.parameter / 6.0) < 1e-9);
        BOOST_TEST((point.parameter > 2.0 - 1e-9 && point.parameter < 4.0 + 1e-6));
    }
    const auto marked = points_of(bubble, CycleLabel::UserValue);
    BOOST_REQUIRE(marked.size() == 1U);
    BOOST_TEST(marked.front()->parameter == 2.5);
    // Under u → −u and a → 6 − a the system is itself: so are its cycles.
    const CycleBranches mirrored =
        followed(path, {.from = 1.0, .to = 5.0, .max_period = 2, .marks = {3.5}});
    const CycleBranchPoint& image =
        *points_of(mirrored.branches.front(), CycleLabel::UserValue).front();
    BOOST_TEST(marked.front()->u.minCoeff() == -image.u.maxCoeff(),
               boost::test_tools::tolerance(1e-9));
    BOOST_TEST(marked.front()->u.maxCoeff() == -image.u.minCoeff(),
               boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_cascade_downward_has_the_ratio_of_feigenbaum) {
    // y* = −2/α and the flip is where h (1 + 2/α) = 1: at α = −4 for h = 2.
    const ParameterPath path = coupling_path(driven(-3.0, 2.0, 2.0), 0, 0);
    const CycleBranches found = followed(path, {.from = -20.0, .to = -2.5, .max_period = 128});
    BOOST_REQUIRE(!found.cascades.empty());
    const DoublingCascade& cascade = found.cascades.front();
    BOOST_TEST(cascade.parameters.front() == -4.0);
    BOOST_REQUIRE(cascade.parameters.size() >= 7U);
    BOOST_TEST(cascade.ratios.back() == 4.669201609, boost::test_tools::tolerance(0.01));
    BOOST_REQUIRE(cascade.limit.has_value());
    BOOST_TEST(*cascade.limit < cascade.parameters.back());
    BOOST_TEST(!found.branches.front().grows_upward);
}

BOOST_AUTO_TEST_CASE(larger_weights_are_a_larger_step) {
    // W(α) = (1 − α) W/4 + α 4W at h = 1 is W at h = 1/4 + 15 α/4.
    const auto step_of = [](double alpha) { return 0.25 + 3.75 * alpha; };
    Index compared = 0;
    Index events = 0;
    for (const Activation activation : {Activation::Logistic, Activation::Tanh}) {
        for (unsigned seed = 1; seed <= 20; ++seed) {
            const Matrix W = random_matrix(seed % 2 == 0 ? 2 : 3, seed);
            const ResidualSystem system(W, activation);
            std::vector<Pattern> faces;
            for (const AttractingFace& face : attracting_faces(system, {}).faces) {
                faces.push_back(face.pattern);
            }
            const ParameterPath path = path_between(ResidualSystem(0.25 * W, activation),
                                                    ResidualSystem(4.0 * W, activation));
            CycleBranchOptions options{.from = 0.25, .to = 4.0, .max_period = 4};
            const CycleBranches by_step = follow_cycles(system, faces, options);
            options.from = 0.0;
            options.to = 1.0;
            const CycleBranches by_weights = followed(path, options);
            for (const CycleBranch& a : by_step.branches) {
                // Of an equilibrium's flip the branch is found by its birth.
                if (a.parent) {
                    continue;
                }
                const auto b = std::find_if(by_weights.branches.begin(), by_weights.branches.end(),
                                            [&](const CycleBranch& branch) {
                                                return !branch.parent && branch.face == a.face &&
                                                       std::abs(step_of(branch.birth) - a.birth) <
                                                           1e-9 * a.birth;
                                            });
                BOOST_REQUIRE(b != by_weights.branches.end());
                ++compared;
                for (const CycleLabel label :
                     {CycleLabel::PeriodDoubling, CycleLabel::NeimarkSacker, CycleLabel::LimitPoint,
                      CycleLabel::BranchPoint}) {
                    const auto of_step = points_of(a, label);
                    const auto of_weights = points_of(*b, label);
                    BOOST_REQUIRE(of_step.size() == of_weights.size());
                    for (std::size_t k = 0; k < of_step.size(); ++k) {
                        BOOST_TEST(step_of(of_weights[k]->parameter) == of_step[k]->parameter,
                                   boost::test_tools::tolerance(1e-7));
                        BOOST_TEST(of_weights[k]->leaving == 0);
                        ++events;
                    }
                }
            }
        }
    }
    BOOST_TEST(compared >= 12);
    BOOST_TEST(events >= 6);
}

BOOST_AUTO_TEST_CASE(cycles_run_off_where_their_equilibrium_leaves_the_face) {
    // y* = α/6 leaves the face at α = 6. At h = 3 the flip back lies at 1 − 3α(1 − α/6) = −1, with
    // the wrong sign beyond it; the branch that begins there on the way down must come back.
    const ParameterPath path = coupling_path(driven(-6.0, 1.0, 3.0), 0, 1);
    const CycleBranches found = followed(path, {.from = 0.1, .to = 5.9, .max_period = 2});
    BOOST_REQUIRE(!found.branches.empty());
    const double root = std::sqrt(36.0 - 16.0);
    BOOST_TEST(found.branches.front().birth == 3.0 - 0.5 * root,
               boost::test_tools::tolerance(1e-12));
    BOOST_TEST((found.branches.front().end == CycleBranchEnd::Merges));
    BOOST_TEST(std::abs(found.branches.front().points.back().parameter - 3.0 - 0.5 * root) < 1e-6);
}

BOOST_AUTO_TEST_CASE(units_that_leave_their_level_are_counted) {
    // Unit 1 is Low and drives nothing; its rate is (Wy)_1 = (α + 2) y_0 on FL…: beyond α = −2 all
    // cycles of the face lose their attraction together.
    const Matrix W{{-6.0, 0.0, 2.0}, {0.0, 0.0, 0.0}, {0.0, 0.0, 1.0}};
    const ParameterPath path = coupling_path(ResidualSystem(W, Activation::Logistic, 2.0), 1, 0);
    // No flip lies on a path that leaves the face's own block alone.
    BOOST_TEST(followed(path, {.from = -1.0, .to = 1.0}).branches.empty());

    // Here α moves the block too: w_00 = −6 − α, w_10 = α.
    Matrix A = W;
    A(0, 0) = -3.0;
    A(1, 0) = -1.0;
    Matrix B = W;
    B(0, 0) = -9.0;
    B(1, 0) = 1.0;
    const ParameterPath both = path_between(ResidualSystem(A, Activation::Logistic, 2.0),
                                            ResidualSystem(B, Activation::Logistic, 2.0));
    const CycleBranches found = followed(both, {.from = 0.0, .to = 1.0, .max_period = 2});
    const auto branch =
        std::find_if(found.branches.begin(), found.branches.end(),
                     [](const CycleBranch& b) { return to_string(b.face) == "FLH" && !b.parent; });
    BOOST_REQUIRE(branch != found.branches.end());
    BOOST_TEST(branch->birth == 1.0 / 6.0, boost::test_tools::tolerance(1e-12));  // w_00 = −4
    for (const CycleBranchPoint& point : branch->points) {
        BOOST_TEST(point.leaving == (point.parameter > 0.5 ? 1 : 0));
    }
    BOOST_TEST(branch->points.back().leaving == 1);
    // On FHH… unit 1 High leaves before one half and stays after it: followed too.
    BOOST_TEST(std::any_of(found.branches.begin(), found.branches.end(),
                           [](const CycleBranch& b) { return to_string(b.face) == "FHH"; }));
    // Where unit 2 is Low nothing drives unit 0: no face without it has a flip.
    for (const CycleBranch& b : found.branches) {
        BOOST_TEST((to_string(b.face)[2] == 'H'));
    }
}

BOOST_AUTO_TEST_CASE(ranges_that_are_none_are_refused) {
    const ParameterPath path = self_coupling_path(ResidualSystem(Matrix{{-3.0}}, Activation::Tanh));
    BOOST_CHECK(
        says(refusal([&] { follow_cycles(path, {}, {.from = 1.0, .to = 1.0}); }), "from < to"));
}

BOOST_AUTO_TEST_SUITE_END()
