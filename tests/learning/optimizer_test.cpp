// The optimisers against their definitions, and the learning rate over a run.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/learning/optimizer.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using test::refusal;
using test::says;

BOOST_AUTO_TEST_SUITE(optimizer_)

BOOST_AUTO_TEST_CASE(adam_steps_as_defined) {
    const OptimizerOptions options{.beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3};
    const Index size = 40000;  // over several chunks
    Optimizer<double> adam(size, options, 2);
    Random random(1);
    Vector p = random.normal_matrix(size, 1, 1.0);
    Vector expected = p;
    Vector m = Vector::Zero(size);
    Vector v = Vector::Zero(size);
    for (int t = 1; t <= 4; ++t) {
        const Vector g = random.normal_matrix(size, 1, 1.0);
        const double scale = t % 2 == 0 ? 0.25 : 1.0;
        adam.step(p, g, 0.1, scale);
        for (Index i = 0; i < size; ++i) {
            m[i] = 0.8 * m[i] + 0.2 * scale * g[i];
            v[i] = 0.95 * v[i] + 0.05 * scale * scale * g[i] * g[i];
            const double m_hat = m[i] / (1 - std::pow(0.8, t));
            const double v_hat = v[i] / (1 - std::pow(0.95, t));
            expected[i] -= 0.1 * m_hat / (std::sqrt(v_hat) + 1e-3);
        }
    }
    BOOST_TEST((p - expected).cwiseAbs().maxCoeff() < 1e-12);
    BOOST_TEST(adam.memory().steps == 4);
}

BOOST_AUTO_TEST_CASE(sgd_steps_as_defined) {
    Optimizer<double> sgd(3, {.method = OptimizerMethod::Sgd, .momentum = 0.5});
    Vector p = Vector::Zero(3);
    const Vector g{{1.0, -2.0, 4.0}};
    sgd.step(p, g, 0.1);
    BOOST_TEST((p + 0.1 * g).norm() < 1e-15);
    sgd.step(p, g, 0.1, 0.5);  // m = 0.5 g + 0.5 g
    BOOST_TEST((p + 0.2 * g).norm() < 1e-15);
    BOOST_TEST(sgd.memory().squares.size() == 0);
}

BOOST_AUTO_TEST_CASE(what_it_remembers_can_be_taken_over) {
    for (const OptimizerMethod method : {OptimizerMethod::Adam, OptimizerMethod::Sgd}) {
        Optimizer<float> one(50, {.method = method});
        Random random(2);
        Eigen::VectorXf p = random.normal_matrix(50, 1, 1.0).cast<float>();
        const Eigen::VectorXf g = random.normal_matrix(50, 1, 1.0).cast<float>();
        one.step(p, g, 0.1);
        Optimizer<float> two(50, {.method = method});
        two.restore(one.memory());
        Eigen::VectorXf q = p;
        one.step(p, g, 0.1);
        two.step(q, g, 0.1);
        BOOST_TEST((p == q));
        BOOST_TEST(
            says(refusal([&] { Optimizer<float>(49, {.method = method}).restore(one.memory()); }),
                 "optimizer memory", "49", "50"));
    }
}

BOOST_AUTO_TEST_CASE(constants_out_of_range_are_refused) {
    BOOST_TEST(
        says(refusal([] { Optimizer<float>(1, {.beta1 = 1.0}); }), "beta1", "from 0 to below 1"));
    BOOST_TEST(says(refusal([] { Optimizer<float>(1, {.beta2 = -0.1}); }), "beta2"));
    BOOST_TEST(says(refusal([] { Optimizer<float>(1, {.epsilon = 0.0}); }), "epsilon"));
    BOOST_TEST(says(refusal([] { Optimizer<float>(1, {.momentum = 1.0}); }), "momentum"));
    BOOST_TEST(says(refusal([] { validate(RateOptions{.rate = 0.0}); }), "learning_rate", "> 0"));
    BOOST_TEST(says(refusal([] { validate(RateOptions{.step_epochs = 0}); }), "step_epochs"));
    BOOST_TEST(says(refusal([] { validate(RateOptions{.step_factor = 1.5}); }), "step_factor"));
}

BOOST_AUTO_TEST_CASE(the_rate_goes_as_its_schedule_says) {
    const auto rate = [](RateSchedule schedule, double epoch) {
        return rate_at({.rate = 0.5, .schedule = schedule, .step_epochs = 3, .step_factor = 0.1},
                       epoch, 10);
    };
    BOOST_TEST(rate(RateSchedule::Constant, 9.9) == 0.5);
    BOOST_TEST(rate(RateSchedule::Cosine, 0.0) == 0.5);
    BOOST_TEST(std::abs(rate(RateSchedule::Cosine, 5.0) - 0.25) < 1e-15);
    BOOST_TEST(rate(RateSchedule::Cosine, 9.9) < 1e-3);
    BOOST_TEST(rate(RateSchedule::Step, 2.9) == 0.5);
    BOOST_TEST(std::abs(rate(RateSchedule::Step, 3.0) - 0.05) < 1e-15);
    BOOST_TEST(std::abs(rate(RateSchedule::Step, 6.5) - 0.005) < 1e-15);
}

BOOST_AUTO_TEST_SUITE_END()
