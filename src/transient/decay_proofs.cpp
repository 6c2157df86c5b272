#include <resdyn/transient/decay_proofs.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/quantile.hpp>
#include <resdyn/transient/orbit_enclosure.hpp>

#include "core/parallel.hpp"
#include "decision_bounds.hpp"
#include "equilibria/rounding.hpp"

namespace resdyn {

namespace {

/// Parts of a step in which the decision is looked at.
constexpr int parts_of_step = 16;
constexpr Index inputs_at_a_time = 16;

/// u_0 = B x_0 + b and what rounding may have done to it.
struct Start {
    Vector u;
    Vector radius;
};

Start start_of(const ResidualNetwork& network, const Vector& x0) {
    const ResidualBlock& block = network.blocks.front();
    const double gamma = rounding_gamma(x0.size() + 4) * bound_slack;
    const Vector size = block.W.cwiseAbs() * x0.cwiseAbs() + block.b.cwiseAbs();
    return {block.W * x0 + block.b, (gamma * size).array() + underflow_cover};
}

/// q over the layers x in [from, to] of a step.
struct Sum {
    Vector q;
    Vector radius;
};

Sum sum_over(const OrbitStep& step, const Interval& x) {
    Sum sum{step.q, step.q_error};
    for (Index k = 0; k < step.q.size(); ++k) {
        Interval value(0.0);
        for (Index j = step.increments.cols() - 1; j >= 1; --j) {
            value = (value + Interval(step.increments(k, j))) * x;
        }
        value += Interval(step.q[k]);
        sum.q[k] = 0.5 * (value.low + value.high);
        sum.radius[k] = (step.q_error[k] + (value.high - value.low)) * bound_slack;
    }
    return sum;
}

/// The decision of the network's own depth, followed from there.
class DecisionLifetime {
  public:
    DecisionLifetime(const DecisionBounds& bounds, double depth) : bounds_(bounds), depth_(depth) {}

    void follow(const OrbitStep& step, ProvedEnd& end) {
        const double after = step.layers_before + step.layers;
        if (over_ || after < depth_) {
            return;
        }
        double from = 0.0;
        if (!begun_) {
            begun_ = true;
            from = (depth_ - step.layers_before) / step.layers;
            const Sum own = sum_over(step, fraction(from));
            end.decided = bounds_.leader(own.q, own.radius);
            end.kept_to = depth_;
            over_ = end.decided < 0;
            kept_ = !over_;
        }
        const int parts = step.layers == 1.0 ? 1 : parts_of_step;
        for (int part = 0; part < parts && !over_; ++part) {
            const double to = static_cast<double>(part + 1) / static_cast<double>(parts);
            if (to < from) {
                continue;
            }
            const double begin = std::max(from, static_cast<double>(part) / parts);
            // A single layer has no layers inside.
            const Interval x = step.layers == 1.0 ? Interval(1.0) : hull(fraction(begin), to);
            const Sum sum = sum_over(step, x);
            const double layer = std::floor(step.layers_before + to * step.layers);
            if (kept_ && bounds_.leads(end.decided, sum.q, sum.radius)) {
                end.kept_to = std::max(end.kept_to, layer);
                continue;
            }
            kept_ = false;
            if (bounds_.is_overtaken(end.decided, sum.q, sum.radius)) {
                end.changed_by = layer;
                over_ = true;
            }
        }
    }

    /// In a set whose residuals, times t, lie in `y` from here on.
    void settle(const std::vector<Interval>& y, ProvedEnd& end) const {
        if (!begun_ || over_ || !kept_) {
            return;
        }
        for (int other = 0; other < static_cast<int>(bounds_.classes()); ++other) {
            if (other != end.decided &&
                !(bounds_.evidence_lead(end.decided, other, y).low >= 0.0)) {
                return;
            }
        }
        end.for_ever = true;
    }

  private:
    /// A share of a step, with the rounding of its division.
    static Interval fraction(double x) { return {outward::below(x), outward::above(x)}; }

    const DecisionBounds& bounds_;
    double depth_;
    bool begun_ = false;
    bool kept_ = false;
    bool over_ = false;
};

void check(const ResidualNetwork& network, const Matrix& x0, const DecayProofOptions& options) {
    validate(network);
    if (!network.has_shared_weights() || network.activation != Activation::Logistic) {
        reject_argument(
            "prove_decay", "shared weights and the logistic activation",
            fmt::format("{} blocks, {}", network.blocks.size(), to_string(network.activation)));
    }
    if (x0.rows() != network.width()) {
        reject_argument("x0", fmt::format("{} rows", network.width()),
                        fmt::format("{}", x0.rows()));
    }
    if (options.max_steps < 1 || !(options.max_log_time > 0)) {
        reject_argument("prove_decay", "max_steps >= 1 and max_log_time > 0",
                        fmt::format("{} and {}", options.max_steps, options.max_log_time));
    }
    require_at_least("max_total_steps", options.max_total_steps, 0);
}

ProvedEnd follow(const ResidualNetwork& network, const OrbitField& field, const DecayProofs& proofs,
                 const Vector& x0, const DecayProofOptions& options) {
    ProvedEnd end;
    const Start start = start_of(network, x0);
    OrbitEnclosure orbit(field, start.u, start.radius);
    std::optional<DecisionBounds> bounds;
    std::optional<DecisionLifetime> life;
    if (proofs.decisions) {
        bounds.emplace(network, x0);
        life.emplace(*bounds, static_cast<double>(network.depth));
    }
    const double latest = std::exp(options.max_log_time);
    end.verdict = DecayVerdict::NotArrived;
    while (orbit.steps() < options.max_steps && orbit.time() < latest) {
        if (!orbit.advance()) {
            end.verdict = DecayVerdict::NotFollowed;
            break;
        }
        if (life) {
            life->follow(orbit.last_step(), end);
        }
        if (orbit.layers() < static_cast<double>(network.depth) && proofs.decisions) {
            continue;
        }
        for (std::size_t k = 0; k < proofs.cones.size(); ++k) {
            if (proofs.cones[k].contains(orbit.u(), orbit.radius())) {
                end.verdict = DecayVerdict::EndsAtOrigin;
                end.cone = static_cast<Index>(k);
                if (life) {
                    life->settle(proofs.cones[k].scaled_residuals(), end);
                }
                break;
            }
        }
        if (end.verdict == DecayVerdict::EndsAtOrigin) {
            break;
        }
    }
    end.steps = orbit.steps();
    end.time = orbit.time();
    end.radius = orbit.radius().maxCoeff();
    return end;
}

std::string inputs(Index count) {
    return fmt::format("{} {}", count, count == 1 ? "input" : "inputs");
}

std::string ends_text(const DecayProofs& proofs) {
    const auto tried = static_cast<Index>(proofs.inputs.size());
    const Index proved = proofs.count(DecayVerdict::EndsAtOrigin);
    std::string text = fmt::format(
        "Proved {}: {} of {} tried end at the origin",
        proofs.clock == Clock::Map
            ? "for the layers of the network, its block repeated without end, in real arithmetic "
              "with the stored weights"
            : "for the flow, in real arithmetic with the stored weights",
        proved, inputs(tried));
    std::string_view before = ": ";
    double latest = 0.0;
    double widest = 0.0;
    for (std::size_t k = 0; k < proofs.cones.size(); ++k) {
        const Index here =
            std::count_if(proofs.inputs.begin(), proofs.inputs.end(),
                          [&](const ProvedEnd& end) { return end.cone == static_cast<Index>(k); });
        if (here > 0) {
            text += fmt::format("{}{} along units {}", before, here,
                                fmt::join(proofs.cones[k].direction().units, ", "));
            before = ", ";
        }
    }
    for (const ProvedEnd& end : proofs.inputs) {
        if (end.verdict == DecayVerdict::EndsAtOrigin) {
            latest = std::max(latest, end.time);
            widest = std::max(widest, end.radius);
        }
    }
    if (proved > 0) {
        text += fmt::format(
            " (orbits enclosed to time {:.2g} at the latest, u within {:.1g}, then an absorbing "
            "set)",
            latest, widest);
    }
    text += ".";
    const auto add = [&](DecayVerdict verdict, std::string_view why) {
        if (const Index count = proofs.count(verdict); count > 0) {
            text += fmt::format(" Not proved for {}: {}.", count, why);
        }
    };
    if (proofs.cones.empty()) {
        text += " No absorbing set was found.";
    }
    add(DecayVerdict::NotFollowed, "the enclosure of the orbit became too wide");
    add(DecayVerdict::NotArrived, "not in an absorbing set within the limits");
    add(DecayVerdict::NotTried, "not tried, interrupted");
    return text;
}

std::string decisions_text(const DecayProofs& proofs) {
    Index decided = 0;
    Index for_ever = 0;
    Index changed = 0;
    std::vector<double> lasting;
    for (const ProvedEnd& end : proofs.inputs) {
        if (end.decided < 0) {
            continue;
        }
        ++decided;
        for_ever += end.for_ever ? 1 : 0;
        changed += end.changed_by ? 1 : 0;
        if (!end.for_ever) {
            lasting.push_back(end.kept_to);
        }
    }
    std::string text = fmt::format(
        " The decision at the network's own depth is proved for {} and proved to last for ever for "
        "{} of them, to be lost later for {}",
        inputs(decided), for_ever, changed);
    if (!lasting.empty()) {
        std::sort(lasting.begin(), lasting.end());
        text += fmt::format(
            "; of those not proved for ever it is proved to last to layer {:.3g} in the median "
            "({:.3g} to {:.3g})",
            quantile(lasting, 0.5), lasting.front(), lasting.back());
    }
    text += ".";
    for (std::size_t k = 0; k < proofs.cones.size(); ++k) {
        if (proofs.end_class[k] >= 0) {
            text += fmt::format(" All that ends along units {} is of class {} in the end, proved.",
                                fmt::join(proofs.cones[k].direction().units, ", "),
                                proofs.end_class[k]);
        }
    }
    return text;
}

}  // namespace

std::string_view to_string(DecayVerdict verdict) {
    switch (verdict) {
        case DecayVerdict::EndsAtOrigin:
            return "ends_at_origin";
        case DecayVerdict::NotFollowed:
            return "not_followed";
        case DecayVerdict::NotArrived:
            return "not_arrived";
        case DecayVerdict::NotTried:
            return "not_tried";
    }
    return "unknown";
}

Index DecayProofs::count(DecayVerdict verdict) const {
    return std::count_if(inputs.begin(), inputs.end(),
                         [&](const ProvedEnd& end) { return end.verdict == verdict; });
}

DecayProofs prove_decay(const ResidualNetwork& network, const Matrix& x0,
                        const std::vector<DecayDirection>& directions,
                        const DecayProofOptions& options) {
    check(network, x0, options);
    const ResidualSystem system = residual_system(network);
    DecayProofs proofs;
    proofs.clock = options.clock;
    proofs.decisions = options.clock == Clock::Map && network.has_readout();
    for (const DecayDirection& direction : directions) {
        if (direction.stability != DirectionStability::Stable) {
            continue;
        }
        if (auto cone = DecayCone::make(system, direction, options.clock)) {
            proofs.cones.push_back(std::move(*cone));
        } else {
            ++proofs.without_cone;
        }
    }
    proofs.end_class.assign(proofs.cones.size(), -1);
    if (network.has_readout()) {
        const DecisionBounds bounds(network, Vector::Zero(network.width()));
        for (std::size_t k = 0; k < proofs.cones.size(); ++k) {
            proofs.end_class[k] = bounds.favoured(proofs.cones[k].scaled_residuals());
        }
    }
    proofs.inputs.resize(static_cast<std::size_t>(x0.cols()));
    if (proofs.cones.empty()) {
        return proofs;
    }
    const OrbitField field(system, options.clock);
    const auto stopped = [&] { return options.stop_requested && options.stop_requested(); };
    Index steps = 0;
    for (Index first = 0; first < x0.cols(); first += inputs_at_a_time) {
        if (options.max_total_steps > 0 && steps >= options.max_total_steps && !stopped()) {
            proofs.inputs.resize(static_cast<std::size_t>(first));
            break;
        }
        const Index count = std::min(inputs_at_a_time, x0.cols() - first);
        parallel_for(count, options.threads, [&](Index k) {
            if (!stopped()) {
                proofs.inputs[static_cast<std::size_t>(first + k)] =
                    follow(network, field, proofs, x0.col(first + k), options);
            }
        });
        for (Index k = first; k < first + count; ++k) {
            steps += proofs.inputs[static_cast<std::size_t>(k)].steps;
        }
    }
    return proofs;
}

double decay_step_seconds(Index units) {
    constexpr double each = 3.8e-8;  // N³ for its transition matrix; 0.16 ms for 16 units
    const auto n = static_cast<double>(units);
    return each * n * n * n;
}

std::string describe(const DecayProofs& proofs) {
    return ends_text(proofs) + (proofs.decisions ? decisions_text(proofs) : std::string());
}

}  // namespace resdyn
