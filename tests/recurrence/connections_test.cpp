// The connection graph against systems whose cycles are known, and its stability criterion against
// runs.
#include <boost/test/unit_test.hpp>
#include <cmath>

#include <resdyn/core/random.hpp>
#include <resdyn/model/systems.hpp>
#include <resdyn/recurrence/connections.hpp>
#include <resdyn/recurrence/dwells.hpp>

#include "support/refusal.hpp"

using namespace resdyn;
using resdyn::test::refusal;
using resdyn::test::says;

BOOST_AUTO_TEST_SUITE(connections_)

namespace {

ConnectionGraph graph_of(const ResidualSystem& system, const ConnectionOptions& options = {}) {
    return connection_graph(system, equilibrium_atlas(system), options);
}

ConnectionGraph graph_of(std::string_view name) {
    return graph_of(ResidualSystem(named_system(name).W, named_system(name).activation));
}

std::vector<std::string> words(const ConnectionGraph& graph, const HeteroclinicCycle& cycle) {
    std::vector<std::string> result;
    for (const std::size_t node : cycle.nodes) {
        result.push_back(to_string(graph.nodes[node].pattern));
    }
    return result;
}

bool connects(const ConnectionGraph& graph, std::string_view from, std::string_view to) {
    return std::any_of(graph.connections.begin(), graph.connections.end(), [&](const auto& c) {
        return to_string(graph.nodes[c.from].pattern) == from &&
               to_string(graph.nodes[c.to].pattern) == to;
    });
}

/// Growth of stays over a round of `length`, from a run in the open cube.
double measured_growth(const ResidualSystem& system, const Vector& u0, double t_end,
                       std::size_t length) {
    const Pattern cube{
        std::vector<UnitState>(static_cast<std::size_t>(system.dimension()), UnitState::Free)};
    const FaceFlow flow(system, cube);
    const std::vector<Dwell> stays =
        dwells(flow, integrate(flow, u0, {.t_end = t_end, .rel_tol = 1e-10}));
    BOOST_REQUIRE(stays.size() > length);
    return stays.back().duration / stays[stays.size() - 1 - length].duration;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_heteroclinic_cycle_has_its_six_saddles_in_order) {
    const ConnectionGraph graph = graph_of("heteroclinic-cycle");
    BOOST_REQUIRE(graph.cycles.size() == 1U);
    BOOST_TEST(graph.all_cycles);
    const HeteroclinicCycle& cycle = graph.cycles.front();
    // 001, 101, 100, 110, 010, 011 and back: up, and the one before down.
    const std::vector<std::string> order = {"LLH", "HLH", "HLL", "HHL", "LHL", "LHH"};
    BOOST_TEST(words(graph, cycle) == order, boost::test_tools::per_element());
    BOOST_TEST(cycle.exact);
    BOOST_TEST((cycle.stability == CycleStability::Attracting));
    // Three times two steps.
    BOOST_TEST(cycle.growth == std::pow((5 + std::sqrt(13.0)) / 2, 3),
               boost::test_tools::tolerance(1e-12));
    // c/e = 3/1 and 1 − t/e = 2 at 100; c/e = 2/2 and 1 − t/e = 2 at 110: min 2 · min 1, cubed.
    BOOST_TEST(cycle.krupa_melbourne == 8.0, boost::test_tools::tolerance(1e-12));
    for (const std::size_t node : cycle.nodes) {
        BOOST_TEST((graph.nodes[node].type == EquilibriumType::Saddle));
    }
}

BOOST_AUTO_TEST_CASE(two_step_ratio_of_dwell_times_measured_in_u) {
    const NamedSystem& named = named_system("heteroclinic-cycle");
    const ResidualSystem system(named.W, named.activation);
    for (const Vector& u0 : {Vector{{0.3, 0.1, -0.4}}, Vector{{-1.0, 2.0, 0.5}}}) {
        BOOST_TEST(measured_growth(system, u0, 3e5, 2) == (5 + std::sqrt(13.0)) / 2,
                   boost::test_tools::tolerance(0.01));
        BOOST_TEST(measured_growth(system, u0, 3e5, 6) ==
                       graph_of("heteroclinic-cycle").cycles.front().growth,
                   boost::test_tools::tolerance(0.01));
    }
}

BOOST_AUTO_TEST_CASE(two_tanh_units_turn_on_either_side_of_zero_self_coupling) {
    // W = [[a, −1], [1, a]]: four saddles with c/e = (1 + a)/(1 − a).
    for (const double a : {0.25, -0.25, 0.0}) {
        const ResidualSystem system(Matrix{{a, -1}, {1, a}}, Activation::Tanh);
        const ConnectionGraph graph = graph_of(system);
        BOOST_REQUIRE(graph.cycles.size() == 1U);
        const HeteroclinicCycle& cycle = graph.cycles.front();
        BOOST_TEST(cycle.nodes.size() == 4U);
        BOOST_TEST(cycle.growth == std::pow((1 + a) / (1 - a), 4),
                   boost::test_tools::tolerance(1e-12));
        BOOST_TEST((cycle.stability == (a > 0   ? CycleStability::Attracting
                                        : a < 0 ? CycleStability::NotAttracting
                                                : CycleStability::Undecided)));
    }
    const ResidualSystem attracts(Matrix{{0.25, -1}, {1, 0.25}}, Activation::Tanh);
    BOOST_TEST(measured_growth(attracts, Vector{{0.5, 0.1}}, 1e5, 4) == std::pow(5.0 / 3.0, 4),
               boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(a_unit_that_leads_away_leaves_the_cube_undecided) {
    // The two turning units, and a third that grows at every vertex.
    const ResidualSystem system(Matrix{{0.25, -1, 0}, {1, 0.25, 0}, {0, 0, -1}}, Activation::Tanh);
    const ConnectionGraph graph = graph_of(system);
    bool found = false;
    for (const HeteroclinicCycle& cycle : graph.cycles) {
        if (to_string(cycle.face) == "FFH") {
            found = true;
            BOOST_TEST((cycle.in_face == CycleStability::Attracting));
            BOOST_TEST((cycle.stability == CycleStability::Undecided));
            BOOST_TEST(cycle.reason.find("also leaves by unit 2") != std::string::npos);
        }
    }
    BOOST_TEST(found);
}

BOOST_AUTO_TEST_CASE(winner_takes_all_flows_to_its_winners) {
    const ConnectionGraph graph = graph_of("winner-takes-all");
    BOOST_TEST(graph.cycles.empty());
    BOOST_TEST(connects(graph, "HH", "HL"));
    BOOST_TEST(connects(graph, "HH", "LH"));
    BOOST_TEST(connects(graph, "LL", "HL"));  // along the axis, w11 > 0
    BOOST_TEST(!connects(graph, "HL", "HH"));
    BOOST_TEST(!connects(graph, "HL", "LL"));
}

BOOST_AUTO_TEST_CASE(an_edge_with_an_equilibrium_inside_leads_to_it) {
    // Unit 1 beside High unit 2: y1' = y1 (1 − y1)(−2 y1 + 1): both ends lead to y1 = 1/2.
    const ConnectionGraph graph =
        graph_of(ResidualSystem(Matrix{{-2, 1}, {0, 1}}, Activation::Logistic));
    BOOST_TEST(connects(graph, "LH", "FH"));
    BOOST_TEST(connects(graph, "HH", "FH"));
    BOOST_TEST(!connects(graph, "LH", "HH"));
    for (const Connection& c : graph.connections) {
        if (c.unit >= 0) {
            BOOST_TEST(c.exact);
            BOOST_TEST(c.rate >= 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(every_connection_is_walked_by_a_run) {
    // An independent route: from each vertex, a start off the level along the edge, integrated in
    // y.
    Random random(12);
    for (int trial = 0; trial < 5; ++trial) {
        const ResidualSystem system(random.normal_matrix(3, 3, 1.0),
                                    trial % 2 == 0 ? Activation::Tanh : Activation::Logistic);
        const ConnectionGraph graph = graph_of(system);
        const ResidualFlow flow(system);
        Index walked = 0;
        for (const Connection& c : graph.connections) {
            if (c.unit < 0 || c.rate < 0.1) {
                continue;
            }
            Vector y = graph.nodes[c.from].y;
            const bool low = graph.nodes[c.from].pattern[c.unit] == UnitState::Low;
            y[c.unit] += low ? 1e-3 : -1e-3;
            const Vector end = integrate(flow, y, {.t_end = 1000, .rel_tol = 1e-8}).x.rightCols(1);
            // The degenerate origin is approached like 1/t.
            const double tolerance = graph.nodes[c.to].spectrum.is_hyperbolic() ? 1e-3 : 5e-2;
            BOOST_TEST((end - graph.nodes[c.to].y).lpNorm<Eigen::Infinity>() < tolerance);
            ++walked;
        }
        BOOST_TEST(walked > 3);
    }
}

BOOST_AUTO_TEST_CASE(same_for_any_number_of_threads) {
    const ResidualSystem system(Random(6).normal_matrix(4, 4, 1.0), Activation::Tanh);
    const ConnectionGraph one = graph_of(system, {.threads = 1});
    const ConnectionGraph two = graph_of(system, {.threads = 2});
    BOOST_REQUIRE(one.connections.size() == two.connections.size());
    for (std::size_t k = 0; k < one.connections.size(); ++k) {
        BOOST_TEST(one.connections[k].to == two.connections[k].to);
        BOOST_TEST(one.connections[k].distance == two.connections[k].distance);
    }
}

BOOST_AUTO_TEST_CASE(refusals) {
    const ResidualSystem system(Matrix{{1, -2}, {-2, 1}}, Activation::Logistic);
    const Atlas stable = equilibrium_atlas(system, {.listing = Listing::Stable});
    BOOST_TEST(says(refusal([&] { connection_graph(system, stable); }), "lists every", "2 of 4"));
    const Atlas all = equilibrium_atlas(system);
    BOOST_TEST(says(refusal([&] { connection_graph(system, all, {.max_dimension = 1}); }),
                    "at most 1 units", "2"));
    BOOST_TEST(says(refusal([&] { connection_graph(system, all, {.offset = 0.5}); }), "offset"));
}

BOOST_AUTO_TEST_SUITE_END()
