#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/cones.hpp>
#include <resdyn/settling/root_search.hpp>

#include "support/refusal.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(root_search_)

namespace {

/// x_i' = x_i (x_i² − 1): 3ⁿ roots, or with a ghost: x' = x² + c.
class Separable final : public VectorField {
  public:
    explicit Separable(Index n) : n_(n) {}
    Index dimension() const override { return n_; }
    Vector value(const Vector& x) const override { return (x.array().cube() - x.array()).matrix(); }
    Matrix jacobian(const Vector& x) const override {
        return Matrix((3.0 * x.array().square() - 1.0).matrix().asDiagonal());
    }

  private:
    Index n_;
};

class Ghost final : public VectorField {
  public:
    explicit Ghost(double c) : c_(c) {}
    Index dimension() const override { return 1; }
    Vector value(const Vector& x) const override { return Vector::Constant(1, x[0] * x[0] + c_); }
    Matrix jacobian(const Vector& x) const override { return Matrix::Constant(1, 1, 2 * x[0]); }

  private:
    double c_;
};

Box cube(Index n, double half) {
    return {Vector::Constant(n, -half), Vector::Constant(n, half)};
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_root_of_a_polynomial_field_and_deflation_adds_to_plain_newton) {
    const RootSearchResult plain =
        find_roots(Separable(2), cube(2, 1.5), {.starts = 6, .deflation_rounds = 0});
    const RootSearchResult result =
        find_roots(Separable(2), cube(2, 1.5), {.starts = 6, .deflation_rounds = 8});
    BOOST_TEST(plain.roots.size() < 9U);
    BOOST_TEST(result.roots.size() == 9U);
    for (const Root& root : result.roots) {
        BOOST_TEST(root.residual <= 1e-12);
        BOOST_TEST(!root.singular);
        Index outside = 0;
        for (const double x : root.x) {
            outside += std::abs(x) > 0.5 ? 1 : 0;
        }
        BOOST_TEST(root.spectrum.unstable == outside);
    }
    BOOST_TEST(result.at_roots + result.at_slow_points + result.outliers + result.fast_minima +
                   result.iteration_limit + result.non_finite ==
               result.starts);
}

BOOST_AUTO_TEST_CASE(a_ghost_is_a_slow_point_and_no_root) {
    const RootSearchResult ghost = find_roots(Ghost(1e-4), cube(1, 2.0), {.starts = 16});
    BOOST_TEST(ghost.roots.empty());
    BOOST_REQUIRE_EQUAL(ghost.slow.size(), 1U);
    BOOST_TEST(ghost.slow[0].q == 0.5e-8, boost::test_tools::tolerance(1e-3));
    const RootSearchResult fast = find_roots(Ghost(1.0), cube(1, 2.0), {.starts = 16});
    BOOST_TEST(fast.slow.empty());
    BOOST_TEST(fast.fast_minima == 16);
    const RootSearchResult fold =
        find_roots(Ghost(0.0), cube(1, 2.0), {.starts = 16, .merge_tol = 1e-5});
    BOOST_REQUIRE_EQUAL(fold.roots.size(), 1U);
    BOOST_TEST(fold.roots[0].singular);
    BOOST_TEST((fold.roots[0].type == EquilibriumType::NonHyperbolic));
}

BOOST_AUTO_TEST_CASE(on_residual_systems_it_finds_a_subset_of_the_atlas_and_proves_it) {
    Random random(3);
    for (const Activation f : {Activation::Logistic, Activation::Tanh}) {
        for (const Index n : {1, 3}) {
            const ResidualSystem system(random.normal_matrix(n, n, 1.0), f);
            const Atlas atlas = equilibrium_atlas(system);
            const Levels range = levels(f);
            const RootSearchResult result = find_roots(
                ResidualFlow(system),
                {Vector::Constant(n, range.low), Vector::Constant(n, range.high)},
                {.starts = 64, .outlier_factor = 1 + 1e-6, .bounds = [&](const Vector& y) {
                     return residual_flow_bounds(system, y);
                 }});
            BOOST_TEST(result.roots.size() >= 2U);
            Index proved = 0;
            for (const Root& root : result.roots) {
                double distance = 1.0;
                for (const Equilibrium& e : atlas.equilibria) {
                    distance = std::min(distance, (e.y - root.x).lpNorm<Eigen::Infinity>());
                }
                // A multiple root (the logistic origin) is found to the root of the residual only.
                BOOST_TEST(distance < (root.proof.proved ? root.proof.radius + 1e-15 : 1e-4));
                proved += root.proof.proved ? 1 : 0;
            }
            BOOST_TEST(proved >= 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(threads_change_nothing) {
    const auto run = [](int threads) {
        return find_roots(Separable(3), cube(3, 1.5), {.starts = 20, .threads = threads});
    };
    const RootSearchResult one = run(1);
    const RootSearchResult two = run(2);
    BOOST_REQUIRE_EQUAL(one.roots.size(), two.roots.size());
    for (std::size_t k = 0; k < one.roots.size(); ++k) {
        BOOST_TEST(one.roots[k].x == two.roots[k].x);
    }
}

BOOST_AUTO_TEST_CASE(cones_of_softplus_and_relu) {
    const auto words = [](const Matrix& W, Activation f) {
        std::string all;
        for (const EquilibriumCone& cone : equilibrium_cones(ResidualSystem(W, f)).cones) {
            BOOST_TEST(cone.residual < 1e-14);
            BOOST_TEST(cone.direction.maxCoeff() == 1.0);
            all += to_string(cone.pattern) + std::to_string(cone.dimension) + " ";
        }
        return all;
    };
    const Matrix regular{{1.0, -2.0}, {-2.0, 1.0}};
    const Matrix kernel{{1.0, -1.0}, {-2.0, 2.0}};   // W (1, 1) = 0
    const Matrix negative{{1.0, 1.0}, {1.0, 1.0}};   // W (1, −1) = 0: not positive
    const Matrix zero_self{{0.0, 1.0}, {1.0, 1.0}};  // w_00 = 0 and w_10 = 1
    for (const Activation f : {Activation::Softplus, Activation::ReLU}) {
        BOOST_TEST(words(regular, f).empty());
        BOOST_TEST(words(kernel, f) == "FF1 ");
        BOOST_TEST(words(negative, f).empty());
        BOOST_TEST(words(Matrix::Zero(2, 2), f) == "LF1 FL1 FF2 ");
    }
    BOOST_TEST(words(zero_self, Activation::Softplus) == "FL1 ");
    BOOST_TEST(words(zero_self, Activation::ReLU).empty());
    const EquilibriumCone axis =
        equilibrium_cones(ResidualSystem(zero_self, Activation::Softplus)).cones.front();
    BOOST_TEST(axis.growing_units == 1);
    BOOST_TEST(axis.decaying_units == 0);
}

BOOST_AUTO_TEST_CASE(wrong_input_is_refused) {
    const Separable field(2);
    const auto text = [&](const Box& box, const RootSearchOptions& o) {
        return test::refusal([&] { find_roots(field, box, o); });
    };
    BOOST_TEST(test::says(text(cube(1, 1.0), {}), "a box of dimension 2, got 1 and 1"));
    BOOST_TEST(test::says(text(cube(2, -1.0), {}), "lower < upper"));
    BOOST_TEST(test::says(text(cube(2, 1.0), {.starts = 0}), "starts >= 1, got 0"));
    BOOST_TEST(test::says(text(cube(2, 1.0), {.merge_tol = 0}), "merge_tol > 0, got 0"));
    const Matrix I = Matrix::Identity(2, 2);
    BOOST_TEST(
        test::says(test::refusal([&] { equilibrium_cones(ResidualSystem(I, Activation::Tanh)); }),
                   "unbounded", "got tanh"));
    BOOST_TEST(test::says(
        test::refusal([&] { equilibrium_cones(ResidualSystem(I, Activation::ReLU), 1); }),
        "at most 1 units", "got 2"));
}

BOOST_AUTO_TEST_SUITE_END()
