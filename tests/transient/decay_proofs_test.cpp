// Enclosed orbits against runs in 50 digits and a solution in closed form; inputs proved to end at
// the origin, and the life of their decisions against plain runs of the network.
#include <boost/test/unit_test.hpp>

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/transient/decay_proofs.hpp>
#include <resdyn/transient/long_run.hpp>
#include <resdyn/transient/orbit_enclosure.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(decay_proofs_)

namespace {

using Digits = boost::multiprecision::cpp_dec_float_50;

ResidualNetwork two_matrices(Index m, Index width, std::uint64_t seed) {
    Random random(seed);
    ResidualNetwork network;
    network.step = 0.3;
    network.depth = 5;
    ResidualBlock block{random.normal_matrix(m, width, 0.5), random.uniform_vector(m, -1, 1), {}};
    block.A = random.normal_matrix(width, m, 0.5);
    network.blocks = {block};
    network.readout = {random.normal_matrix(3, width, 1.0), random.uniform_vector(3, -1, 1)};
    return network;
}

ResidualNetwork square(const Matrix& W, const Matrix& V) {
    ResidualNetwork network;
    network.step = 0.3;
    network.depth = 5;
    network.blocks = {{W, Vector::Zero(W.rows()), {}}};
    network.readout = {V, Vector::Zero(V.rows())};
    return network;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_run_in_50_digits_stays_in_the_enclosure) {
    const Index n = 4;
    const ResidualNetwork network = two_matrices(n, 7, 11);
    const ResidualSystem system = residual_system(network);
    const OrbitField field(system, Clock::Map);
    Random random(5);
    for (int start = 0; start < 3; ++start) {
        const Vector u0 = random.uniform_vector(n, -4.0, 1.0);
        // W = BA in the digits, not from the library.
        std::vector<std::vector<Digits>> W(n, std::vector<Digits>(n));
        for (Index i = 0; i < n; ++i) {
            for (Index j = 0; j < n; ++j) {
                for (Index k = 0; k < 7; ++k) {
                    W[i][j] +=
                        Digits(network.blocks[0].W(i, k)) * Digits((*network.blocks[0].A)(k, j));
                }
            }
        }
        std::vector<Digits> u(u0.begin(), u0.end());
        std::vector<Digits> q(n);
        OrbitEnclosure orbit(field, u0, Vector::Zero(n));
        double layers = 0.0;
        double largest_step = 0.0;
        while (layers < 3000.0) {
            BOOST_REQUIRE(orbit.advance());
            for (; layers < orbit.layers(); ++layers) {
                std::vector<Digits> y(n);
                for (Index j = 0; j < n; ++j) {
                    y[j] = 1 / (1 + exp(-u[j]));
                    q[j] += Digits(0.3) * y[j];
                }
                for (Index i = 0; i < n; ++i) {
                    for (Index j = 0; j < n; ++j) {
                        u[i] += Digits(0.3) * W[i][j] * y[j];
                    }
                }
            }
            const OrbitStep& step = orbit.last_step();
            largest_step = std::max(largest_step, step.layers);
            const Vector radius = orbit.radius();
            const Vector end = step.q + step.increments.rowwise().sum();
            for (Index i = 0; i < n; ++i) {
                BOOST_TEST(abs(u[i] - Digits(orbit.u()[i])) <= Digits(radius[i]));
                BOOST_TEST(abs(q[i] - Digits(end[i])) <= Digits(step.q_error[i] + 1e-13));
            }
        }
        BOOST_TEST(largest_step >= 16.0);
        BOOST_TEST(orbit.radius().maxCoeff() < 1e-6);
    }
}

BOOST_AUTO_TEST_CASE(the_flow_of_one_unit_in_closed_form) {
    // u' = −f(u): u − e^−u + t is constant.
    const OrbitField field(ResidualSystem(Matrix{{-1.0}}, Activation::Logistic), Clock::Flow);
    OrbitEnclosure orbit(field, Vector{{0.5}}, Vector{{0.0}});
    const Digits constant = Digits(0.5) - exp(Digits(-0.5));
    while (orbit.time() < 1e12) {
        BOOST_REQUIRE(orbit.advance());
        const auto time_at = [&](double u) { return constant - (Digits(u) - exp(-Digits(u))); };
        const double radius = orbit.radius()[0];
        const Digits slack = Digits(orbit.time()) * 1e-14;  // of the sum of the spans
        BOOST_TEST(time_at(orbit.u()[0] + radius) <= Digits(orbit.time()) + slack);
        BOOST_TEST(time_at(orbit.u()[0] - radius) >= Digits(orbit.time()) - slack);
    }
    BOOST_TEST(orbit.radius()[0] < 1e-9);
    BOOST_TEST(orbit.steps() < 1000);
}

BOOST_AUTO_TEST_CASE(an_orbit_too_uncertain_is_refused) {
    const OrbitField field(ResidualSystem(Matrix{{2.0}}, Activation::Logistic), Clock::Map);
    OrbitEnclosure orbit(field, Vector{{0.0}}, Vector{{1.0}});
    BOOST_TEST(!orbit.advance());
    BOOST_TEST(orbit.steps() == 0);
    BOOST_TEST(says(
        refusal([] { OrbitField(ResidualSystem(Matrix{{1.0}}, Activation::Tanh), Clock::Map); }),
        "logistic"));
}

BOOST_AUTO_TEST_CASE(inputs_that_go_elsewhere_are_not_claimed) {
    // Unit 0 alone decays and holds unit 1 down; unit 1 large wins and rests at (0, 1).
    const Matrix W{{-1.0, -2.0}, {-3.0, 1.0}};
    const ResidualNetwork network = square(W, Matrix{{1.0, 0.0}, {0.0, 1.0}});
    const OriginDirections found = origin_directions(residual_system(network));
    BOOST_REQUIRE(found.stable == 1);
    const Matrix x0{{0.0, -5.0, 1.0}, {-5.0, 3.0, -8.0}};
    for (const Clock clock : {Clock::Map, Clock::Flow}) {
        const DecayProofs proofs =
            prove_decay(network, x0, found.directions, {.clock = clock, .max_steps = 1500});
        BOOST_REQUIRE(proofs.cones.size() == 1);
        BOOST_TEST((proofs.inputs[0].verdict == DecayVerdict::EndsAtOrigin));
        BOOST_TEST((proofs.inputs[1].verdict != DecayVerdict::EndsAtOrigin));
        BOOST_TEST((proofs.inputs[2].verdict == DecayVerdict::EndsAtOrigin));
        BOOST_TEST(proofs.end_class[0] == 0);
        BOOST_TEST(says(describe(proofs), "2 of 3 inputs tried end at the origin: 2 along units 0",
                        "Not proved for 1"));
        BOOST_TEST((describe(proofs).find("the flow") != std::string::npos) ==
                   (clock == Clock::Flow));
    }
    // No stable direction: nothing is claimed.
    const DecayProofs none = prove_decay(network, x0, {});
    BOOST_TEST(none.count(DecayVerdict::EndsAtOrigin) == 0);
    BOOST_TEST(says(describe(none), "0 of 3 inputs", "No absorbing set was found"));
}

BOOST_AUTO_TEST_CASE(the_life_of_decisions_is_that_of_plain_runs) {
    // Two units decay side by side; the evidence of unit 1 wins in the end, t y → (1/2, 1).
    const Matrix W{{-2.0, 0.0}, {0.0, -1.0}};
    const ResidualNetwork network = square(W, Matrix{{1.0, 0.0}, {0.0, 1.0}});
    Random random(8);
    Matrix x0(2, 24);
    for (Index k = 0; k < x0.cols(); ++k) {
        x0.col(k) = random.uniform_vector(2, -2.0, 2.0);
    }
    const OriginDirections found = origin_directions(residual_system(network));
    const DecayProofs proofs = prove_decay(network, x0, found.directions);
    BOOST_TEST(proofs.count(DecayVerdict::EndsAtOrigin) == x0.cols());
    const Index layers = 20000;
    const LongRun run = long_run(network, x0, {}, {.layers = layers, .per_decade = 40});
    Index changed = 0;
    Index kept = 0;
    for (Index k = 0; k < x0.cols(); ++k) {
        const ProvedEnd& end = proofs.inputs[static_cast<std::size_t>(k)];
        const DecisionLife& seen = run.inputs[static_cast<std::size_t>(k)];
        BOOST_TEST_CONTEXT("input " << k) {
            BOOST_TEST(end.decided == seen.decided);
            const bool seen_to_change = seen.changed_by > 0;
            if (seen_to_change) {
                ++changed;
                BOOST_TEST(!end.for_ever);
                BOOST_TEST(end.kept_to < static_cast<double>(seen.changed_by));
                BOOST_REQUIRE(end.changed_by.has_value());
                BOOST_TEST(*end.changed_by > static_cast<double>(seen.kept_to));
                // Within a few per cent of each other.
                BOOST_TEST(*end.changed_by < 1.05 * end.kept_to + 2.0);
            } else {
                BOOST_TEST((end.for_ever || end.kept_to >= static_cast<double>(layers)));
                kept += end.for_ever ? 1 : 0;
            }
        }
    }
    BOOST_TEST(changed >= 2);
    BOOST_TEST(kept >= 5);
    BOOST_TEST(proofs.end_class == std::vector<int>{1});
    BOOST_TEST(says(describe(proofs), "24 of 24 inputs", "is of class 1 in the end, proved"));
}

BOOST_AUTO_TEST_CASE(the_same_for_any_number_of_threads) {
    const ResidualNetwork network =
        square(Matrix{{-2.0, 0.5}, {0.2, -1.0}}, Matrix{{1.0, 0.0}, {0.0, 1.0}});
    const Matrix x0 = Random(2).normal_matrix(2, 9, 1.0);
    const OriginDirections found = origin_directions(residual_system(network));
    const DecayProofs one = prove_decay(network, x0, found.directions, {.threads = 1});
    const DecayProofs three = prove_decay(network, x0, found.directions, {.threads = 3});
    for (std::size_t k = 0; k < one.inputs.size(); ++k) {
        BOOST_TEST(one.inputs[k].time == three.inputs[k].time);
        BOOST_TEST(one.inputs[k].radius == three.inputs[k].radius);
    }
    BOOST_TEST(describe(one) == describe(three));
    const DecayProofs stopped = prove_decay(network, x0, found.directions,
                                            {.threads = 1, .stop_requested = [] { return true; }});
    BOOST_TEST(stopped.count(DecayVerdict::NotTried) == x0.cols());
    BOOST_TEST(says(describe(stopped), "Not proved for 9: not tried, interrupted"));
}

BOOST_AUTO_TEST_CASE(inputs_beyond_the_work_allowed_are_not_begun) {
    const ResidualNetwork network =
        square(Matrix{{-2.0, 0.5}, {0.2, -1.0}}, Matrix{{1.0, 0.0}, {0.0, 1.0}});
    const Matrix x0 = Random(2).normal_matrix(2, 50, 1.0);
    const OriginDirections found = origin_directions(residual_system(network));
    const DecayProofs all = prove_decay(network, x0, found.directions, {.threads = 2});
    Index first = 0;
    for (std::size_t k = 0; k < 16; ++k) {
        BOOST_TEST(all.inputs[k].steps > 0);
        first += all.inputs[k].steps;
    }
    for (const int threads : {1, 3}) {
        const auto count = [&](Index steps) {
            return prove_decay(network, x0, found.directions,
                               {.max_total_steps = steps, .threads = threads})
                .inputs.size();
        };
        BOOST_TEST(count(1) == 16U);
        BOOST_TEST(count(first) == 16U);
        BOOST_TEST(count(first + 1) == 32U);
        BOOST_TEST(count(0) == 50U);
    }
}

BOOST_AUTO_TEST_SUITE_END()
