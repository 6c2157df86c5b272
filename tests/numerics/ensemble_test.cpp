#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/numerics/ensemble.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;

BOOST_AUTO_TEST_SUITE(ensemble_)

namespace {

/// x' = W tanh(x) + drive, as a batch and as a field.
class Network final : public BatchField, public VectorField {
  public:
    explicit Network(Matrix W) : W_(std::move(W)) {}
    Index dimension() const override { return W_.rows(); }
    void value(const ConstBlock& x, Block fx) const override {
        fx.noalias() = W_ * x.array().tanh().matrix();
    }
    Vector value(const Vector& x) const override { return W_ * x.array().tanh().matrix(); }
    Matrix jacobian(const Vector& x) const override {
        return W_ * Vector(1.0 - x.array().tanh().square()).asDiagonal();
    }

  private:
    Matrix W_;
};

/// x' = x²: column k blows up at t = 1/x_k.
class BlowUp final : public BatchField {
  public:
    Index dimension() const override { return 1; }
    void value(const ConstBlock& x, Block fx) const override { fx = x.array().square(); }
};

Network network(Index n) {
    return Network(Random(3).normal_matrix(n, n, 1.0 / std::sqrt(static_cast<double>(n))));
}

}  // namespace

BOOST_AUTO_TEST_CASE(every_column_ends_where_it_does_alone) {
    // More columns than fit in a window, of very different time scales.
    for (const Index n : {1, 2, 7, 40}) {
        const Network field = network(n);
        Matrix x0 = Random(4).normal_matrix(n, 5000, 1.0);
        for (Index k = 0; k < x0.cols(); ++k) {
            x0.col(k) *= std::pow(10.0, static_cast<double>(k % 5) - 2.0);
        }
        const EnsembleResult all =
            integrate_ensemble(field, x0, {.t_end = 6, .rel_tol = 1e-9, .abs_tol = 1e-11});
        for (Index k = 0; k < x0.cols(); k += 499) {
            const Trajectory alone =
                integrate(field, x0.col(k),
                          {.t_end = 6, .rel_tol = 1e-11, .abs_tol = 1e-13, .sample_times = {6.0}});
            BOOST_TEST((all.outcomes[static_cast<std::size_t>(k)] == Outcome::ReachedEnd));
            BOOST_TEST(all.t[static_cast<std::size_t>(k)] == 6.0);
            const double scale = 1.0 + alone.x.cwiseAbs().maxCoeff();
            BOOST_TEST((all.x.col(k) - alone.x.col(0)).lpNorm<Eigen::Infinity>() < 1e-6 * scale);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_column_takes_the_steps_that_it_takes_alone) {
    const Network field = network(5);
    const Matrix x0 = Random(5).normal_matrix(5, 3000, 2.0);
    const EnsembleResult all = integrate_ensemble(field, x0);
    for (Index k = 0; k < x0.cols(); k += 311) {
        const EnsembleResult alone = integrate_ensemble(field, x0.col(k));
        BOOST_TEST(alone.steps[0] == all.steps[static_cast<std::size_t>(k)]);
        BOOST_TEST(alone.rejected[0] == all.rejected[static_cast<std::size_t>(k)]);
        BOOST_TEST((alone.x - all.x.col(k)).lpNorm<Eigen::Infinity>() < 1e-10);
    }
}

BOOST_AUTO_TEST_CASE(tighter_tolerance_gives_smaller_error) {
    const Network field = network(3);
    const Matrix x0 = Random(6).normal_matrix(3, 50, 1.0);
    const Matrix exact =
        integrate_ensemble(field, x0, {.t_end = 5, .rel_tol = 1e-13, .abs_tol = 1e-14}).x;
    double previous = 1.0;
    for (const double tol : {1e-4, 1e-7, 1e-10}) {
        const Matrix x =
            integrate_ensemble(field, x0, {.t_end = 5, .rel_tol = tol, .abs_tol = tol}).x;
        const double error = (x - exact).cwiseAbs().maxCoeff();
        BOOST_TEST(error < 0.05 * previous);
        previous = error;
    }
}

BOOST_AUTO_TEST_CASE(the_map_is_iterated_as_one_by_one) {
    const Network field = network(6);
    const Matrix x0 = Random(7).normal_matrix(6, 1000, 1.0);
    const EnsembleResult all = iterate_ensemble(field, 0.3, x0, {.max_steps = 25});
    for (Index k = 0; k < x0.cols(); k += 97) {
        Vector x = x0.col(k);
        for (int n = 0; n < 25; ++n) {
            x += 0.3 * static_cast<const VectorField&>(field).value(x);
        }
        BOOST_TEST((all.outcomes[static_cast<std::size_t>(k)] == Outcome::ReachedEnd));
        BOOST_TEST(all.steps[static_cast<std::size_t>(k)] == 25);
        BOOST_TEST((x - all.x.col(k)).lpNorm<Eigen::Infinity>() < 1e-12);
    }
}

BOOST_AUTO_TEST_CASE(outcomes_are_kept_apart) {
    // One column blows up at t = 1, one at t = 100, one rests, one falls away from zero slowly.
    const Matrix x0{{1.0, 0.01, 0.0, -1.0}};
    const EnsembleResult result = integrate_ensemble(BlowUp(), x0, {.t_end = 10, .rest_tol = 0.0});
    BOOST_TEST(
        (result.outcomes[0] == Outcome::StepUnderflow || result.outcomes[0] == Outcome::NonFinite));
    BOOST_TEST(result.t[0] == 1.0, boost::test_tools::tolerance(1e-4));
    BOOST_TEST((result.outcomes[1] == Outcome::ReachedEnd));
    BOOST_TEST((result.outcomes[2] == Outcome::AtRest));
    BOOST_TEST((result.outcomes[3] == Outcome::ReachedEnd));
    BOOST_TEST(result.x(0, 3) == -1.0 / 11, boost::test_tools::tolerance(1e-5));
    const EnsembleResult hurried = integrate_ensemble(BlowUp(), x0, {.t_end = 10, .max_steps = 3});
    BOOST_TEST((hurried.outcomes[3] == Outcome::StepLimit));
    BOOST_TEST(hurried.steps[3] + hurried.rejected[3] == 3);
    const EnsembleResult lost = iterate_ensemble(BlowUp(), 1.0, Matrix{{1e200, 0.0}});
    BOOST_TEST((lost.outcomes[0] == Outcome::NonFinite));
    BOOST_TEST((lost.outcomes[1] == Outcome::ReachedEnd));
}

BOOST_AUTO_TEST_CASE(the_monitor_ends_columns_and_sees_each_once_a_look) {
    const Network field = network(2);
    const Matrix x0 = Random(8).normal_matrix(2, 400, 1.0);
    const EnsembleMonitor far = [](const EnsembleView& view, std::span<char> leave) {
        for (std::size_t j = 0; j < leave.size(); ++j) {
            leave[j] = view.columns[j] % 2 == 0 && view.t[j] > 0.5 ? 1 : 0;
        }
    };
    const EnsembleResult result = integrate_ensemble(field, x0, {.t_end = 50}, far);
    for (std::size_t k = 0; k < 400; ++k) {
        BOOST_TEST((result.outcomes[k] == (k % 2 == 0 ? Outcome::Stopped : Outcome::ReachedEnd)));
        BOOST_TEST((k % 2 == 1 || result.t[k] > 0.5));
    }
}

BOOST_AUTO_TEST_CASE(threads_do_not_change_a_byte) {
    const Network field = network(9);
    const Matrix x0 = Random(9).normal_matrix(9, 3000, 1.0);
    const EnsembleResult one = integrate_ensemble(field, x0, {.threads = 1});
    for (const int threads : {2, 5}) {
        const EnsembleResult many = integrate_ensemble(field, x0, {.threads = threads});
        BOOST_TEST((many.x.array() == one.x.array()).all());
        BOOST_TEST((many.steps == one.steps));
    }
}

BOOST_AUTO_TEST_CASE(no_columns_and_no_time_are_no_trouble) {
    const Network field = network(3);
    BOOST_TEST(integrate_ensemble(field, Matrix(3, 0)).x.cols() == 0);
    const Matrix x0 = Matrix::Ones(3, 100);
    const EnsembleResult still = integrate_ensemble(field, x0, {.t_end = 0});
    BOOST_TEST((still.x.array() == x0.array()).all());
    BOOST_TEST((still.outcomes[99] == Outcome::ReachedEnd));
}

BOOST_AUTO_TEST_CASE(wrong_arguments_are_refused) {
    const Network field = network(3);
    const Matrix x0 = Matrix::Ones(3, 2);
    BOOST_TEST(refusal([&] { integrate_ensemble(field, Matrix::Ones(2, 2)); }) ==
               "ensemble: expected x0 with 3 rows, got 2");
    BOOST_TEST(refusal([&] { integrate_ensemble(field, Matrix::Constant(3, 1, std::nan(""))); }) ==
               "ensemble: expected x0 finite, got NaN or infinity");
    BOOST_TEST(refusal([&] { integrate_ensemble(field, x0, {.t_end = -1}); }) ==
               "ensemble: expected t_end finite and >= 0, got -1");
    BOOST_TEST(refusal([&] { integrate_ensemble(field, x0, {.rel_tol = 0}); }) ==
               "ensemble: expected rel_tol > 0, got 0");
    BOOST_TEST(refusal([&] { iterate_ensemble(field, 0.0, x0); }) ==
               "ensemble: expected a finite step > 0, got 0");
    BOOST_TEST(refusal([&] { iterate_ensemble(field, 1.0, x0, {.check_every = 0}); }) ==
               "ensemble: expected check_every >= 1, got 0");
}

BOOST_AUTO_TEST_SUITE_END()
