// Exponents against systems that have them in closed form, against the mean divergence, and the
// verdicts on rest, closed orbits and chaos.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/lyapunov_exponents.hpp>

#include "numerics/decompositions.hpp"
#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(lyapunov_exponents_)

namespace {

class LinearFlow final : public VectorField {
  public:
    explicit LinearFlow(Matrix A) : A_(std::move(A)) {}
    Index dimension() const override { return A_.rows(); }
    Vector value(const Vector& x) const override { return A_ * x; }
    Matrix jacobian(const Vector&) const override { return A_; }

  private:
    Matrix A_;
};

/// x' = −x + J tanh(x).
class RandomNetwork final : public VectorField {
  public:
    explicit RandomNetwork(Matrix J) : J_(std::move(J)) {}
    Index dimension() const override { return J_.rows(); }
    Vector value(const Vector& x) const override { return J_ * Vector(x.array().tanh()) - x; }
    Matrix jacobian(const Vector& x) const override {
        const Vector slope = 1.0 - x.array().tanh().square();
        return J_ * slope.asDiagonal() - Matrix::Identity(x.size(), x.size());
    }

  private:
    Matrix J_;
};

DiscreteMap linear_map(const Matrix& A) {
    return {A.rows(), [A](const Vector& x) { return Vector(A * x); },
            [A](const Vector&) { return A; }};
}

}  // namespace

BOOST_AUTO_TEST_CASE(linear_maps_have_log_moduli) {
    Random random(8);
    const Matrix S = random.normal_matrix(4, 4, 1.0);
    Matrix D = Matrix::Zero(4, 4);
    D.diagonal() << 0.9, 0.0, 0.0, -0.3;
    D.block(1, 1, 2, 2) << 0.4, 0.5, -0.5, 0.4;
    const LyapunovSpectrum s = resdyn::lyapunov_exponents(
        linear_map(S * D * Lu(S).inverse()), Vector::Zero(4), {.transient = 0, .t_end = 4000});
    const Vector expected{
        {std::log(0.9), 0.5 * std::log(0.41), 0.5 * std::log(0.41), std::log(0.3)}};
    BOOST_TEST((s.exponents - expected).lpNorm<Eigen::Infinity>() < 5e-3);
    BOOST_TEST((s.verdict == MotionVerdict::AllNegative));
    // The error bars cover what the first block's alignment leaves.
    BOOST_TEST(
        ((s.exponents - expected).cwiseAbs().array() <= 4 * s.standard_errors.array() + 1e-12)
            .all());
}

BOOST_AUTO_TEST_CASE(a_resting_system_and_a_centre) {
    const LyapunovSpectrum rest = resdyn::lyapunov_exponents(LinearFlow(Matrix::Zero(3, 3)),
                                                             Vector{{1, 2, 3}}, {.t_end = 50});
    BOOST_TEST(rest.exponents.lpNorm<Eigen::Infinity>() < 1e-14);
    BOOST_TEST(rest.standard_errors.lpNorm<Eigen::Infinity>() < 1e-14);
    const LyapunovSpectrum centre = resdyn::lyapunov_exponents(LinearFlow(Matrix{{0, 1}, {-1, 0}}),
                                                               Vector{{1, 0}}, {.t_end = 500});
    BOOST_TEST(centre.exponents.lpNorm<Eigen::Infinity>() < 1e-6);
    BOOST_TEST((centre.verdict == MotionVerdict::QuasiPeriodic));  // two zeros; the orbit is found
                                                                   // before exponents are asked
    const LyapunovSpectrum sink = resdyn::lyapunov_exponents(LinearFlow(Matrix{{-1, 3}, {0, -2}}),
                                                             Vector{{1, 1}}, {.t_end = 200});
    BOOST_TEST(sink.exponents[0] == -1.0, boost::test_tools::tolerance(0.02));
    BOOST_TEST(sink.exponents[1] == -2.0, boost::test_tools::tolerance(0.02));
    BOOST_TEST((sink.verdict == MotionVerdict::AllNegative));
}

BOOST_AUTO_TEST_CASE(the_random_network_of_large_gain_is_chaotic_and_of_small_gain_rests) {
    // Sompolinsky, Crisanti, Sommers, Phys. Rev. Lett. 61 (1988) 259: chaos for g > 1, N → ∞.
    const Index n = 100;
    Random random(1);
    const Matrix unit = random.normal_matrix(n, n, 1.0 / std::sqrt(static_cast<double>(n)));
    const Vector x0 = random.uniform_vector(n, -1, 1);
    const LyapunovSpectrum chaos =
        resdyn::lyapunov_exponents(RandomNetwork(4.0 * unit), x0,
                                   {.count = 3, .transient = 50, .t_end = 400, .rel_tol = 1e-6});
    BOOST_TEST(chaos.exponents[0] > 5 * chaos.standard_errors[0]);
    BOOST_TEST((chaos.verdict == MotionVerdict::Chaotic));
    const LyapunovSpectrum rest = resdyn::lyapunov_exponents(
        RandomNetwork(0.5 * unit), x0, {.count = 2, .transient = 50, .t_end = 100});
    BOOST_TEST((rest.verdict == MotionVerdict::AllNegative));
}

BOOST_AUTO_TEST_CASE(their_sum_is_the_mean_divergence) {
    const Index n = 12;
    Random random(14);
    const Matrix J = random.normal_matrix(n, n, 4.0 / std::sqrt(static_cast<double>(n)));
    const RandomNetwork field(J);
    const Vector x0 = random.uniform_vector(n, -1, 1);
    const LyapunovSpectrum s =
        resdyn::lyapunov_exponents(field, x0, {.transient = 20, .t_end = 200});
    const Vector start =
        integrate(field, x0, {.t_end = 20, .rel_tol = 1e-8, .abs_tol = 1e-10}).x.rightCols(1);
    std::vector<double> times;
    for (int k = 0; k <= 20000; ++k) {
        times.push_back(200.0 * k / 20000);
    }
    // Chaotic runs part, so compare means: a time average over the same attractor.
    const Trajectory run = integrate(
        field, start, {.t_end = 200, .rel_tol = 1e-8, .abs_tol = 1e-10, .sample_times = times});
    double divergence = 0.0;
    for (Index k = 0; k < run.x.cols(); ++k) {
        divergence += field.jacobian(run.x.col(k)).trace() / static_cast<double>(run.x.cols());
    }
    BOOST_TEST(s.exponents.sum() == divergence, boost::test_tools::tolerance(0.02));
    // Along the run itself the two are equal.
    BOOST_TEST(s.exponents.sum() == s.mean_divergence, boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(the_logistic_map_at_four_has_ln_two) {
    const DiscreteMap map{1,
                          [](const Vector& x) { return Vector(4 * x.array() * (1 - x.array())); },
                          [](const Vector& x) { return Matrix{{4 - 8 * x[0]}}; }};
    const LyapunovSpectrum s =
        resdyn::lyapunov_exponents(map, Vector{{0.3}}, {.transient = 100, .t_end = 50000});
    BOOST_TEST(std::abs(s.exponents[0] - std::log(2.0)) < 4 * s.standard_errors[0] + 1e-4);
    BOOST_TEST((s.verdict == MotionVerdict::Chaotic));
}

BOOST_AUTO_TEST_CASE(a_run_goes_on_until_its_error_is_what_was_asked_for) {
    const DiscreteMap map{1,
                          [](const Vector& x) { return Vector(4 * x.array() * (1 - x.array())); },
                          [](const Vector& x) { return Matrix{{4 - 8 * x[0]}}; }};
    int beyond = 0;
    for (int k = 0; k < 20; ++k) {
        const LyapunovSpectrum s = resdyn::lyapunov_exponents(
            map, Vector{{0.31 + 0.01 * k}},
            {.transient = 100, .t_end = 200, .target_error = 0.005, .t_max = 1e6});
        BOOST_TEST(s.target_reached);
        BOOST_TEST(s.standard_errors[0] <= 0.005);
        BOOST_TEST(s.blocks.cols() >= 20);
        BOOST_TEST(s.blocks.cols() <= 40);
        BOOST_TEST(s.divergence_error < 1e-12);  // the mean of ln |F'|
        beyond += std::abs(s.exponents[0] - std::log(2.0)) > 3 * s.standard_errors[0] ? 1 : 0;
    }
    BOOST_TEST(beyond <= 2);
    const LyapunovSpectrum short_run = resdyn::lyapunov_exponents(
        map, Vector{{0.3}}, {.t_end = 200, .target_error = 1e-6, .t_max = 1000});
    BOOST_TEST(short_run.has_target);
    BOOST_TEST(!short_run.target_reached);
    BOOST_TEST(short_run.time <= 1000);
}

BOOST_AUTO_TEST_CASE(a_weak_focus_is_not_quasi_periodic) {
    // Both exponents lie below the floor of a run of this length, and 10⁴ errors from zero.
    const LyapunovSpectrum s = resdyn::lyapunov_exponents(
        LinearFlow(Matrix{{-0.001, 1}, {-1, -0.001}}), Vector{{1, 0}}, {.t_end = 500});
    BOOST_TEST(std::abs(s.exponents[0]) < s.zero_floor);
    BOOST_TEST(s.limits[0] == -0.001, boost::test_tools::tolerance(1e-3));
    BOOST_TEST((s.verdict == MotionVerdict::Undecided));
}

BOOST_AUTO_TEST_CASE(a_singular_map_has_minus_infinity) {
    const LyapunovSpectrum s =
        resdyn::lyapunov_exponents(linear_map(Matrix::Zero(1, 1)), Vector{{1.0}}, {.t_end = 20});
    BOOST_TEST(std::isinf(s.exponents[0]));
    BOOST_TEST((s.verdict == MotionVerdict::AllNegative));
}

BOOST_AUTO_TEST_CASE(refusals) {
    const LinearFlow field(Matrix::Zero(2, 2));
    const auto text = [&](const LyapunovOptions& o) {
        return refusal([&] { resdyn::lyapunov_exponents(field, Vector::Zero(2), o); });
    };
    BOOST_TEST(says(text({.count = 3}), "count <= 2", "3"));
    BOOST_TEST(says(text({.t_end = -1}), "t_end", "-1"));
    BOOST_TEST(says(text({.t_end = 5, .blocks = 10}), "blocks", "10"));
    BOOST_TEST(
        says(refusal([&] { resdyn::lyapunov_exponents(field, Vector::Zero(3)); }), "size 2"));
}

BOOST_AUTO_TEST_SUITE_END()
