#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/numerics/integrate.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(integrate_)

namespace {

/// x' = A x.
class LinearField final : public VectorField {
  public:
    explicit LinearField(Matrix A) : A_(std::move(A)) {}
    Index dimension() const override { return A_.rows(); }
    Vector value(const Vector& x) const override { return A_ * x; }
    Matrix jacobian(const Vector&) const override { return A_; }

  private:
    Matrix A_;
};

/// x' = x²: blows up at t = 1/x_0.
class BlowUp final : public VectorField {
  public:
    Index dimension() const override { return 1; }
    Vector value(const Vector& x) const override { return x.cwiseProduct(x); }
    Matrix jacobian(const Vector& x) const override { return Matrix(2.0 * x.asDiagonal()); }
};

LinearField rotation() {
    return LinearField(Matrix{{0.0, 1.0}, {-1.0, 0.0}});
}

}  // namespace

BOOST_AUTO_TEST_CASE(linear_flow_matches_its_closed_form_at_the_sample_times) {
    const Trajectory trajectory = integrate(
        rotation(), Vector{{1.0, 0.0}},
        {.t_end = 20, .rel_tol = 1e-11, .abs_tol = 1e-13, .sample_times = {0, 1, 7.5, 20}});
    BOOST_REQUIRE(trajectory.outcome == Outcome::ReachedEnd);
    BOOST_REQUIRE_EQUAL(trajectory.t.size(), 4U);
    for (std::size_t k = 0; k < 4; ++k) {
        const double t = trajectory.t[k];
        const auto x = trajectory.x.col(static_cast<Index>(k));
        BOOST_TEST(std::abs(x[0] - std::cos(t)) < 1e-8);
        BOOST_TEST(std::abs(x[1] + std::sin(t)) < 1e-8);
    }
}

BOOST_AUTO_TEST_CASE(tighter_tolerance_gives_smaller_error) {
    double previous = 1.0;
    for (const double tol : {1e-4, 1e-7, 1e-10}) {
        const Trajectory trajectory = integrate(rotation(), Vector{{1.0, 0.0}},
                                                {.t_end = 10, .rel_tol = tol, .abs_tol = tol});
        const Vector end = trajectory.x.rightCols(1);
        const double error = std::hypot(end[0] - std::cos(10), end[1] + std::sin(10));
        BOOST_TEST(error < 0.05 * previous);
        previous = error;
    }
}

BOOST_AUTO_TEST_CASE(outcomes_name_their_cause) {
    const Trajectory limited =
        integrate(rotation(), Vector{{1.0, 0.0}}, {.t_end = 1000, .max_steps = 20});
    BOOST_TEST((limited.outcome == Outcome::StepLimit));
    BOOST_TEST(limited.steps + limited.rejected == 20);

    const Trajectory decayed =
        integrate(LinearField(Matrix{{-1.0}}), Vector{{1.0}}, {.t_end = 1e6, .rest_tol = 1e-6});
    BOOST_TEST((decayed.outcome == Outcome::AtRest));
    BOOST_TEST(decayed.residual <= 1e-6);
    BOOST_TEST(decayed.t.back() < 100);

    const Trajectory blown = integrate(BlowUp(), Vector{{1.0}}, {.t_end = 2});
    BOOST_TEST((blown.outcome == Outcome::NonFinite || blown.outcome == Outcome::StepUnderflow));
    BOOST_TEST(blown.t.back() < 1.0 + 1e-6);
    BOOST_TEST(blown.x.allFinite());
}

BOOST_AUTO_TEST_CASE(zero_length_and_fixed_points_are_fine) {
    const Trajectory still = integrate(rotation(), Vector::Zero(2), {.t_end = 5});
    BOOST_TEST(still.x.rightCols(1).norm() == 0);
    const Trajectory empty = integrate(rotation(), Vector{{1.0, 2.0}}, {.t_end = 0});
    BOOST_TEST(empty.t.size() == 1U);
}

BOOST_AUTO_TEST_CASE(wrong_options_are_refused_by_name) {
    const auto says = [](const std::string& text) {
        return [text](const std::invalid_argument& e) {
            return std::string(e.what()).find(text) != std::string::npos;
        };
    };
    BOOST_CHECK_EXCEPTION(integrate(rotation(), Vector{{1.0}}), std::invalid_argument,
                          says("x0 of size 2, got 1"));
    BOOST_CHECK_EXCEPTION(integrate(rotation(), Vector::Zero(2), {.rel_tol = 0}),
                          std::invalid_argument, says("rel_tol > 0"));
    BOOST_CHECK_EXCEPTION(integrate(rotation(), Vector::Zero(2), {.t_end = -1}),
                          std::invalid_argument, says("t_end"));
    BOOST_CHECK_EXCEPTION(integrate(rotation(), Vector{{std::nan(""), 0.0}}), std::invalid_argument,
                          says("finite"));
    BOOST_CHECK_EXCEPTION(
        integrate(rotation(), Vector::Zero(2), {.t_end = 1, .sample_times = {0.5, 0.5}}),
        std::invalid_argument, says("increasing"));
}

BOOST_AUTO_TEST_SUITE_END()
