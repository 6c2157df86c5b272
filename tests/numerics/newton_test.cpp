#include <boost/test/unit_test.hpp>
#include <cmath>
#include <functional>
#include <limits>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/newton.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(newton_)

namespace {

/// A field from two functions.
class Field final : public VectorField {
  public:
    using Value = std::function<Vector(const Vector&)>;
    Field(Index n, Value value) : n_(n), value_(std::move(value)) {}
    Index dimension() const override { return n_; }
    Vector value(const Vector& x) const override { return value_(x); }
    Matrix jacobian(const Vector& x) const override {
        return finite_difference_jacobian(value_, x);
    }

  private:
    Index n_;
    Value value_;
};

Field scalar(const std::function<double(double)>& f) {
    return {1, [f](const Vector& x) { return Vector::Constant(1, f(x[0])); }};
}

Vector at(double x) {
    return Vector::Constant(1, x);
}

}  // namespace

BOOST_AUTO_TEST_CASE(converges_quadratically_and_says_how) {
    const NewtonResult result = newton(scalar([](double x) { return x * x - 2; }), at(1.0));
    BOOST_TEST((result.status == NewtonStatus::Converged));
    BOOST_TEST(result.x[0] == std::sqrt(2.0), boost::test_tools::tolerance(1e-12));
    BOOST_TEST(result.residual <= 1e-12);
    BOOST_TEST(result.residuals.size() == static_cast<std::size_t>(result.iterations + 1));
    BOOST_TEST(result.residuals.back() == result.residual);
    BOOST_TEST(result.iterations <= 6);
}

BOOST_AUTO_TEST_CASE(damping_saves_the_arctangent) {
    // Full Newton steps diverge from |x| > 1.39.
    const NewtonResult result = newton(scalar([](double x) { return std::atan(x); }), at(20.0));
    BOOST_TEST((result.status == NewtonStatus::Converged));
    BOOST_TEST(std::abs(result.x[0]) < 1e-11);
    for (std::size_t k = 1; k < result.residuals.size(); ++k) {
        BOOST_TEST(result.residuals[k] < result.residuals[k - 1]);
    }
}

BOOST_AUTO_TEST_CASE(each_end_has_its_own_name) {
    const auto status = [](const Field& field, double x0, NewtonOptions options = {}) {
        return newton(field, at(x0), options).status;
    };
    BOOST_TEST(
        (status(scalar([](double x) { return x * x + 1; }), 0.1) == NewtonStatus::NoDescent ||
         status(scalar([](double x) { return x * x + 1; }), 0.1) == NewtonStatus::IterationLimit));
    BOOST_TEST((status(scalar([](double) { return 1.0; }), 0.0) == NewtonStatus::NoDescent));
    BOOST_TEST((status(scalar([](double x) { return x * x * x; }), 1.0, {.max_iterations = 3}) ==
                NewtonStatus::IterationLimit));
    BOOST_TEST(
        (status(scalar([](double x) { return std::log(x); }), -1.0) == NewtonStatus::NonFinite));
    BOOST_TEST((status(scalar([](double x) { return x; }),
                       std::numeric_limits<double>::quiet_NaN()) == NewtonStatus::NonFinite));
}

BOOST_AUTO_TEST_CASE(a_singular_jacobian_gives_the_shortest_step) {
    // x + y = 1 twice: from 0 the nearest root.
    const Field field(2, [](const Vector& x) { return Vector::Constant(2, x.sum() - 1); });
    const NewtonResult result = newton(field, Vector::Zero(2));
    BOOST_TEST((result.status == NewtonStatus::Converged));
    BOOST_TEST((result.x - Vector::Constant(2, 0.5)).norm() < 1e-9);
}

BOOST_AUTO_TEST_CASE(the_deflated_step_is_newton_on_the_deflated_field) {
    Random random(4);
    const auto f = [](const Vector& x) {
        return Vector{{x[0] * x[0] - x[1], x[1] * x[1] - x[0] + 0.3}};
    };
    const Deflation deflation{{Vector{{0.2, -0.4}}, Vector{{1.0, 1.0}}}, 2.0, 1.0};
    for (int k = 0; k < 10; ++k) {
        const Vector x = random.uniform_vector(2, -2.0, 2.0);
        const auto log_factor = [&](const Vector& z) {
            return Vector::Constant(1, deflation.log_factor(z));
        };
        const Vector numerical = finite_difference_jacobian(log_factor, x).transpose();
        BOOST_TEST((deflation.log_gradient(x) - numerical).norm() < 1e-6 * (1 + numerical.norm()));
        const auto deflated = [&](const Vector& z) {
            return Vector(std::exp(deflation.log_factor(z)) * f(z));
        };
        const Vector direct = Lu(finite_difference_jacobian(deflated, x)).solve(-deflated(x));
        const Vector plain = Lu(finite_difference_jacobian(f, x)).solve(-f(x));
        const Vector scaled = plain / (1 - deflation.log_gradient(x).dot(plain));
        BOOST_TEST((direct - scaled).norm() < 1e-5 * (1 + direct.norm()));
    }
}

BOOST_AUTO_TEST_CASE(deflation_leads_to_the_other_roots) {
    const Field field = scalar([](double x) { return (x - 1) * (x - 2) * (x - 3); });
    Deflation deflation;
    std::vector<double> found;
    for (int k = 0; k < 3; ++k) {
        const NewtonResult result = newton(field, at(0.9), {.residual_tol = 1e-10}, deflation);
        BOOST_REQUIRE((result.status == NewtonStatus::Converged));
        found.push_back(result.x[0]);
        deflation.roots.push_back(result.x);
    }
    std::sort(found.begin(), found.end());
    for (int k = 0; k < 3; ++k) {
        BOOST_TEST(found[static_cast<std::size_t>(k)] == k + 1.0,
                   boost::test_tools::tolerance(1e-7));
    }
}

BOOST_AUTO_TEST_CASE(the_slowest_point_of_a_ghost) {
    // x' = x² + ε²: no root; the ghost of the saddle-node sits at 0 with speed ε².
    const double eps = 0.01;
    const Field field = scalar([eps](double x) { return x * x + eps * eps; });
    const NewtonResult result = slowest_point(field, at(0.7));
    BOOST_TEST((result.status == NewtonStatus::Converged));
    BOOST_TEST(std::abs(result.x[0]) < 1e-5);
    BOOST_TEST(result.residual == eps * eps, boost::test_tools::tolerance(1e-4));
}

BOOST_AUTO_TEST_CASE(a_proof_holds_the_root_and_none_is_given_without_one) {
    // x² = 2: J = 2x, Lipschitz constant 2.
    const Field field = scalar([](double x) { return x * x - 2; });
    const FieldBounds bounds{2.0, 10.0, 1e-15, 1e-8};
    for (const double offset : {0.0, 1e-9, 1e-3, -0.05}) {
        const double x = std::sqrt(2.0) + offset;
        const RootProof proof = prove_root(field, at(x), bounds);
        BOOST_TEST(proof.proved);
        BOOST_TEST(proof.radius >= std::abs(offset));
        BOOST_TEST(proof.radius <= 1.1 * std::abs(offset) + 1e-13);
        BOOST_TEST(proof.uniqueness_radius > 1.0);
        BOOST_TEST(x - proof.uniqueness_radius > -std::sqrt(2.0) - 1e-6);  // the other root is out
    }
    BOOST_TEST(!prove_root(field, at(0.5), bounds).proved);
    BOOST_TEST(
        !prove_root(scalar([](double x) { return x * x + 1e-4; }), at(0.005), bounds).proved);
    BOOST_TEST(!prove_root(scalar([](double x) { return x * x; }), at(1e-7), bounds).proved);
    BOOST_TEST(!prove_root(field, at(std::sqrt(2.0)), {2.0, 10.0, 3.0, 0.0}).proved);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused) {
    const Field field = scalar([](double x) { return x; });
    const auto text = [&](NewtonOptions o) {
        return test::refusal([&] { newton(field, at(0.0), o); });
    };
    BOOST_TEST(test::says(text({.residual_tol = 0}), "residual_tol > 0"));
    BOOST_TEST(test::says(text({.max_iterations = 0}), "max_iterations >= 1, got 0"));
    BOOST_TEST(test::says(text({.min_damping = 2}), "0 < min_damping <= 1, got 2"));
    BOOST_TEST(
        test::says(test::refusal([&] { newton(field, Vector::Zero(2)); }), "x0 of size 1, got 2"));
    BOOST_TEST(test::says(test::refusal([&] {
                              newton(field, at(0.0), {}, {{Vector::Zero(2)}, 2.0, 1.0});
                          }),
                          "deflated roots of size 1, got 2"));
    BOOST_TEST(test::says(test::refusal([&] { prove_root(field, at(0.0), {}); }), "reach > 0"));
}

BOOST_AUTO_TEST_SUITE_END()
