#include <resdyn/recurrence/connections.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>
#include <resdyn/equilibria/face_flow.hpp>
#include <resdyn/numerics/integrate.hpp>
#include <resdyn/settling/settle.hpp>

#include "core/parallel.hpp"
#include "equilibria/exact_weights.hpp"
#include "heteroclinic_cycles.hpp"
#include "numerics/decompositions.hpp"
#include "numerics/exact_rational.hpp"

namespace resdyn {

namespace {

constexpr Index largest_dimension = 10;
constexpr double resting_reach = 1e-2;  // of a weakly attracting equilibrium (slow approach)

void validate(const ResidualSystem& system, const Atlas& atlas, const ConnectionOptions& o) {
    require("connection_graph", o.max_dimension >= 1 && o.max_dimension <= largest_dimension,
            "1 <= max_dimension <= 10", static_cast<double>(o.max_dimension));
    require("connection_graph", o.starts >= 0 && o.max_runs >= 0, "starts >= 0 and max_runs >= 0",
            static_cast<double>(std::min(o.starts, o.max_runs)));
    require("connection_graph", o.offset > 0 && o.offset < 0.1, "0 < offset < 0.1", o.offset);
    require("connection_graph", std::isfinite(o.duration) && o.duration > 0,
            "duration finite and > 0", o.duration);
    require("connection_graph", o.settle_tol > 0 && o.settle_tol < 0.1, "0 < settle_tol < 0.1",
            o.settle_tol);
    require("connection_graph", o.max_cycles >= 1, "max_cycles >= 1",
            static_cast<double>(o.max_cycles));
    if (system.dimension() > o.max_dimension) {
        reject_argument("connection_graph",
                        fmt::format("at most {} units (all {} vertices are listed)",
                                    o.max_dimension, Index{1} << o.max_dimension),
                        fmt::format("{}", system.dimension()));
    }
    if (!atlas.complete || atlas.not_listed > 0 ||
        static_cast<Index>(atlas.equilibria.size()) != atlas.counts.total) {
        reject_argument("connection_graph", "a complete atlas that lists every equilibrium",
                        fmt::format("{} of {} listed{}", atlas.equilibria.size(),
                                    atlas.counts.total, atlas.complete ? "" : ", not complete"));
    }
}

/// The patterns of the nodes, and where they stand.
class NodeIndex {
  public:
    explicit NodeIndex(const std::vector<Equilibrium>& nodes) {
        for (std::size_t k = 0; k < nodes.size(); ++k) {
            at_.emplace(nodes[k].pattern, k);
        }
    }
    std::optional<std::size_t> of(const Pattern& pattern) const {
        const auto found = at_.find(pattern);
        return found == at_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    std::map<Pattern, std::size_t> at_;
};

Pattern with_unit(Pattern pattern, Index unit, UnitState state) {
    pattern.states[static_cast<std::size_t>(unit)] = state;
    return pattern;
}

/// (Wy)_unit at a vertex, exactly, up to the weights' common power of two.
exact::Integer exact_rate(const exact::BinaryMatrix& W, const Levels& range, const Pattern& vertex,
                          Index unit) {
    exact::Integer rate = 0;
    for (Index j = 0; j < vertex.size(); ++j) {
        rate += W.entries(unit, j) *
                static_cast<int>(vertex[j] == UnitState::Low ? range.low : range.high);
    }
    return rate;
}

/// The edges by which a vertex leaves, and where they end. On an edge the rate is affine in y, of a
/// sign that leads away at this end; it leads on to the other end iff it has not turned there.
void add_edges(const exact::BinaryMatrix& W, const Levels& range, const NodeIndex& index,
               std::size_t node, ConnectionGraph& graph) {
    const Equilibrium& vertex = graph.nodes[node];
    for (Index i = 0; i < vertex.pattern.size(); ++i) {
        const bool low = vertex.pattern[i] == UnitState::Low;
        const Pattern other = with_unit(vertex.pattern, i, low ? UnitState::High : UnitState::Low);
        const exact::Integer here = exact_rate(W, range, vertex.pattern, i);
        const exact::Integer there = exact_rate(W, range, other, i);
        const int away = low ? 1 : -1;  // the sign of a rate that moves unit i off its level
        // Logistic at a Low end with rate 0 (the origin): y_i' = y_i (1 − y_i) w_ii y_i still
        // leaves.
        const bool leaves = here.sign() == away || (here.sign() == 0 && there.sign() == away);
        if (!leaves) {
            continue;
        }
        const bool turns = there.sign() == -away;
        const Pattern edge = with_unit(vertex.pattern, i, UnitState::Free);
        const auto to = index.of(turns ? edge : other);
        if (!to) {
            ++graph.edges_to_continua;
            continue;
        }
        // |g'(level)| is the levels' width: 1 and 2.
        const double rate = std::abs(exact::nearest_quotient(here, exact::Integer(1), W.exponent)) *
                            (range.high - range.low);
        graph.connections.push_back({node, *to, edge, i, true, rate, 0.0});
    }
}

/// A start next to an equilibrium, in the face that its unstable directions span.
struct Start {
    std::size_t node = 0;
    Pattern face;
    Vector u;  ///< of the face's free units.
    double rate = 0.0;
};

/// The branches of a one-dimensional unstable manifold, or random starts in a larger one.
/// Directions that leave the cube are turned into it.
void add_starts(const ResidualSystem& system, const ConnectionOptions& options, std::size_t node,
                const Equilibrium& equilibrium, std::vector<Start>& starts) {
    const Activation f = system.activation();
    const Levels range = levels(f);
    const Vector Wy = system.W() * equilibrium.y;
    Pattern face = equilibrium.pattern;
    for (Index i = 0; i < face.size(); ++i) {
        const bool leaves = face[i] == UnitState::Low ? Wy[i] > 0 : Wy[i] < 0;
        if (face[i] != UnitState::Free && leaves) {
            face.states[static_cast<std::size_t>(i)] = UnitState::Free;
        }
    }
    const std::vector<Index> free = face.free_units();
    const Eigenpairs pairs =
        eigenpairs(Matrix(system.residual_jacobian(equilibrium.y)(free, free)));
    std::vector<Vector> directions;
    double rate = 0.0;
    for (Index k = 0; k < pairs.values.size(); ++k) {
        const Complex value = pairs.values[k];
        if (value.real() > 0 && value.imag() >= 0) {
            rate = std::max(rate, value.real());
            directions.emplace_back(pairs.vectors.col(k).real());
            if (value.imag() > 0) {
                directions.emplace_back(pairs.vectors.col(k).imag());
            }
        }
    }
    if (directions.empty()) {
        return;
    }
    Random random(options.seed, node);
    const Index count = directions.size() == 1 ? 2 : options.starts;
    for (Index s = 0; s < count; ++s) {
        Vector v = Vector::Zero(static_cast<Index>(free.size()));
        for (const Vector& direction : directions) {
            v += (directions.size() == 1 ? (s == 0 ? 1.0 : -1.0) : random.normal()) * direction;
        }
        v *= options.offset / v.lpNorm<Eigen::Infinity>();
        Vector y(v.size());
        bool has_saturated = false;
        for (Index k = 0; k < v.size(); ++k) {
            const Index i = free[static_cast<std::size_t>(k)];
            const UnitState state = equilibrium.pattern[i];
            y[k] = state == UnitState::Free  ? equilibrium.y[i] + v[k]
                   : state == UnitState::Low ? range.low + std::abs(v[k]) + 1e-12
                                             : range.high - std::abs(v[k]) - 1e-12;
            y[k] = std::clamp(y[k], range.low + 1e-12, range.high - 1e-12);
            has_saturated = has_saturated || (state != UnitState::Free && v[k] != 0);
        }
        starts.push_back({node, face, inverse(f, y), rate});
        if (directions.size() == 1 && has_saturated) {
            break;  // one branch leads inward, the other out of the cube
        }
    }
}

/// Where a run comes to rest.
struct End {
    Pattern pattern;
    double distance = 0.0;
};

std::optional<End> follow(const ResidualSystem& system, const ConnectionOptions& options,
                          const ConnectionGraph& graph, const Start& start) {
    const FaceFlow flow(system, start.face);
    const double speed = std::max(
        1e-300, system.W().cwiseAbs().rowwise().sum().maxCoeff() * max_slope(system.activation()));
    const double t_end = options.duration / speed;
    const Trajectory run = integrate(
        flow, start.u, {.t_end = t_end, .rel_tol = 1e-8, .abs_tol = 1e-9, .sample_times = {t_end}});
    if (run.outcome != Outcome::ReachedEnd) {
        return std::nullopt;
    }
    const Vector u = run.x.col(run.x.cols() - 1);
    const auto rest = resting_place(flow.as_system(), flow.as_residual(u), false,
                                    {.settle_tol = options.settle_tol});
    if (rest) {
        return End{flow.embedded(rest->pattern),
                   (rest->y - flow.as_residual(u)).lpNorm<Eigen::Infinity>()};
    }
    // A slow, weakly attracting end, such as the degenerate origin: no unstable eigenvalue within
    // the face, some zero.
    const Vector y = flow.residual(u);
    for (const Equilibrium& node : graph.nodes) {
        if (node.spectrum.zero > 0 && node.spectrum.unstable == 0 &&
            (node.y - y).lpNorm<Eigen::Infinity>() <= resting_reach) {
            return End{node.pattern, (node.y - y).lpNorm<Eigen::Infinity>()};
        }
    }
    return std::nullopt;
}

void add_runs(const ResidualSystem& system, const ConnectionOptions& options,
              const NodeIndex& index, ConnectionGraph& graph) {
    std::vector<Start> starts;
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
        const Equilibrium& equilibrium = graph.nodes[node];
        const bool by_edge = equilibrium.pattern.is_vertex() && equilibrium.spectrum.unstable <= 1;
        if (by_edge || equilibrium.spectrum.unstable == 0 || options.starts == 0) {
            continue;
        }
        if (static_cast<Index>(starts.size()) + std::max<Index>(2, options.starts) >
            options.max_runs) {
            ++graph.equilibria_left_out;
            continue;
        }
        add_starts(system, options, node, equilibrium, starts);
    }
    std::vector<std::optional<End>> ends(starts.size());
    parallel_for(static_cast<Index>(starts.size()), options.threads, [&](Index k) {
        const auto at = static_cast<std::size_t>(k);
        ends[at] = follow(system, options, graph, starts[at]);
    });
    graph.runs = static_cast<Index>(starts.size());
    for (std::size_t k = 0; k < starts.size(); ++k) {
        const auto to = ends[k] ? index.of(ends[k]->pattern) : std::nullopt;
        if (!to || *to == starts[k].node) {
            ++graph.unresolved_runs;
            continue;
        }
        graph.connections.push_back(
            {starts[k].node, *to, starts[k].face, -1, false, starts[k].rate, ends[k]->distance});
    }
}

void sort_connections(std::vector<Connection>& connections) {
    const auto key = [](const Connection& c) { return std::tie(c.from, c.to, c.face); };
    std::stable_sort(connections.begin(), connections.end(),
                     [&](const Connection& a, const Connection& b) { return key(a) < key(b); });
    connections.erase(
        std::unique(connections.begin(), connections.end(),
                    [&](const Connection& a, const Connection& b) { return key(a) == key(b); }),
        connections.end());
}

}  // namespace

std::string_view to_string(CycleStability stability) {
    switch (stability) {
        case CycleStability::Attracting:
            return "attracting";
        case CycleStability::NotAttracting:
            return "not_attracting";
        case CycleStability::Undecided:
            return "undecided";
    }
    return "unknown";
}

ConnectionGraph connection_graph(const ResidualSystem& system, const Atlas& atlas,
                                 const ConnectionOptions& options) {
    validate(system, atlas, options);
    ConnectionGraph graph;
    graph.nodes = atlas.equilibria;
    const NodeIndex index(graph.nodes);
    const exact::BinaryMatrix W = exact_weights(system);
    for (std::size_t node = 0; node < graph.nodes.size(); ++node) {
        if (graph.nodes[node].pattern.is_vertex()) {
            add_edges(W, levels(system.activation()), index, node, graph);
        }
    }
    add_runs(system, options, index, graph);
    sort_connections(graph.connections);
    find_heteroclinic_cycles(system, graph, options.max_cycles);
    return graph;
}

}  // namespace resdyn
