#include <boost/test/unit_test.hpp>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/transient/simulation.hpp>

using namespace resdyn;

BOOST_AUTO_TEST_SUITE(simulation_)

namespace {

ResidualNetwork bare(const std::string& name, double step = 1.0) {
    const NamedSystem& system = named_system(name);
    return {.activation = system.activation,
            .step = step,
            .depth = 1,
            .blocks = {{system.W, Vector::Zero(system.W.rows()), {}}},
            .readout = {},
            .input = {}};
}

}  // namespace

BOOST_AUTO_TEST_CASE(starts_in_x_u_and_y_agree_on_both_clocks) {
    Random random(6);
    for (const Activation f : {Activation::Logistic, Activation::Tanh, Activation::Softplus}) {
        ResidualNetwork network{
            .activation = f,
            .step = 0.3,
            .depth = 5,
            .blocks = {{random.normal_matrix(4, 3, 0.5), random.uniform_vector(4, -1, 1),
                        random.normal_matrix(3, 4, 0.5)}},
            .readout = {},
            .input = {}};
        const Vector x0 = random.uniform_vector(3, -1, 1);
        const Vector u0 = network.blocks[0].W * x0 + network.blocks[0].b;
        for (const Clock clock : {Clock::Flow, Clock::Map}) {
            const SimulationOptions options{.clock = clock, .t_end = 3, .layers = 10, .samples = 7};
            auto with = [&](StartVariable variable) {
                SimulationOptions o = options;
                o.start = variable;
                return o;
            };
            const Simulation x = simulate(network, x0, with(StartVariable::Activity));
            const Simulation u = simulate(network, u0, with(StartVariable::Preactivation));
            const Simulation y = simulate(network, activate(f, u0), with(StartVariable::Residual));
            BOOST_TEST(x.t == u.t);
            BOOST_TEST(x.x.cols() == static_cast<Index>(x.t.size()));
            BOOST_TEST(u.x.cols() == 0);
            BOOST_TEST((x.y - u.y).cwiseAbs().maxCoeff() < 1e-7);
            BOOST_TEST((x.y - y.y).cwiseAbs().maxCoeff() < 1e-7);
        }
        // The layers are the network's own.
        const Simulation layers = simulate(
            network, x0, {.clock = Clock::Map, .start = StartVariable::Activity, .layers = 5});
        const LayerStates states = run_layers(network, x0);
        for (std::size_t n = 0; n <= 5; ++n) {
            BOOST_TEST((layers.x.col(static_cast<Index>(n)) - states.x[n]).norm() < 1e-13);
        }
    }
}

BOOST_AUTO_TEST_CASE(saturated_starts_stay_on_their_face) {
    const ResidualNetwork network = bare("winner-takes-all");
    for (const Clock clock : {Clock::Flow, Clock::Map}) {
        const Simulation edge =
            simulate(network, Vector{{1.0, 0.5}}, {.clock = clock, .t_end = 30, .layers = 40});
        BOOST_TEST(edge.y.row(0).minCoeff() == 1.0);
        BOOST_TEST(std::isinf(edge.u(0, 0)));
        BOOST_TEST(edge.y(1, edge.y.cols() - 1) < 1e-6);
        BOOST_REQUIRE(edge.rest.has_value());
        BOOST_TEST(to_string(edge.rest->pattern) == "HL");
        const Simulation vertex =
            simulate(network, Vector{{1.0, 1.0}}, {.clock = clock, .t_end = 5, .layers = 5});
        BOOST_TEST((vertex.outcome == Outcome::ReachedEnd));
        BOOST_TEST(vertex.final_speed == 0.0);
        BOOST_TEST(!vertex.rest.has_value());  // a source is no resting place to be called settled
    }
}

BOOST_AUTO_TEST_CASE(what_does_not_settle_is_not_called_settled) {
    const Simulation cycle =
        simulate(bare("heteroclinic-cycle"), Vector{{0.6, 0.5, 0.4}}, {.t_end = 2000});
    BOOST_TEST((cycle.outcome == Outcome::ReachedEnd));
    BOOST_TEST(cycle.final_speed < 1e-6);  // deep in a dwell: slow, yet not at rest
    BOOST_TEST(!cycle.rest.has_value());
    const Simulation orbit = simulate(bare("conservative-pair"), Vector{{0.5, 0.0}});
    BOOST_TEST(!orbit.rest.has_value());
}

BOOST_AUTO_TEST_CASE(stability_is_judged_on_the_clock_that_ran) {
    // tanh, w = −3, h = 1: the flow rests at 0, the network has period 2.
    ResidualNetwork network = bare("one-unit");
    network.activation = Activation::Tanh;
    network.blocks[0].W(0, 0) = -3;
    const Simulation flow = simulate(network, Vector{{0.4}});
    BOOST_REQUIRE(flow.rest.has_value());
    BOOST_TEST(to_string(flow.rest->pattern) == "F");
    const Simulation map = simulate(network, Vector{{0.4}}, {.clock = Clock::Map});
    BOOST_TEST(!map.rest.has_value());
    BOOST_TEST(map.final_speed > 0.5);
    const Simulation at_zero = simulate(network, Vector{{0.0}}, {.clock = Clock::Map});
    BOOST_TEST(!at_zero.rest.has_value());  // rests there, but does not attract
}

BOOST_AUTO_TEST_CASE(explosions_are_outcomes) {
    ResidualNetwork network = bare("one-unit");
    network.activation = Activation::ReLU;
    network.blocks[0].W(0, 0) = 5;
    const Simulation map =
        simulate(network, Vector{{1.0}},
                 {.clock = Clock::Map, .start = StartVariable::Activity, .layers = 2000});
    BOOST_TEST((map.outcome == Outcome::NonFinite));
    BOOST_TEST(map.u.allFinite());
    BOOST_TEST(static_cast<Index>(map.t.size()) == map.u.cols());
}

BOOST_AUTO_TEST_CASE(wrong_starts_are_refused_by_name) {
    const auto says = [](const std::string& text) {
        return [text](const std::invalid_argument& e) {
            return std::string(e.what()).find(text) != std::string::npos;
        };
    };
    const ResidualNetwork network = bare("winner-takes-all");
    BOOST_CHECK_EXCEPTION(simulate(network, Vector{{0.5}}), std::invalid_argument,
                          says("y0: expected 2 numbers, got 1"));
    BOOST_CHECK_EXCEPTION(simulate(network, Vector{{0.5, -0.1}}), std::invalid_argument,
                          says("y0[1]: expected a residual within [0, 1], got -0.1"));
    BOOST_CHECK_EXCEPTION(simulate(network, Vector{{0.5, 0.5}}, {.samples = 1}),
                          std::invalid_argument, says("samples"));
    BOOST_CHECK_EXCEPTION(simulate(network, Vector{{0.5, 0.5}}, {.layers = -1}),
                          std::invalid_argument, says("layers"));
}

BOOST_AUTO_TEST_SUITE_END()
