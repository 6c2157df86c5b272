#include <resdyn/studies/proofs.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/equilibria/origin_from_directions.hpp>
#include <resdyn/model/residual_system.hpp>
#include <resdyn/stable/search_proof.hpp>

namespace resdyn {

namespace {

constexpr Index atlas_up_to = 24;  // units
/// Of blocks with more residuals than units: W = BA is singular, and so are the faces with more
/// free units than x has, which the atlas decides one by one in exact arithmetic and its prediction
/// of patterns does not count: four times the work for every residual more.
constexpr Index singular_atlas_up_to = 10;
constexpr Index search_up_to = 128;      // units; beyond, the prediction itself takes long
constexpr double nodes_a_second = 25e3;  // of branch and bound, one processor of 2022
/// A prediction is more often too low than too high: a search may take so many times as many nodes.
constexpr double allowance = 4.0;
constexpr double least_nodes = 1e4;
constexpr Index most_listed = 1000;

class Prover {
  public:
    Prover(const ResidualNetwork& network, const ProofOptions& options, const Matrix& x0)
        : network_(network), x0_(x0), system_(residual_system(network)), options_(options) {
        proofs_.activation = system_.activation();
        proofs_.dimension = system_.dimension();
        proofs_.two_matrices = system_.factors().has_value();
    }

    NetworkProofs run() {
        if (options_.seconds > 0) {
            attracting();
            atlas();
            stable();
            directions();
            origin();
            ends();
            acknowledge_interrupt();  // what it cut short is named in passed_over
        }
        return std::move(proofs_);
    }

  private:
    void pass_over(std::string reason) { proofs_.passed_over.push_back(std::move(reason)); }

    bool interrupted(std::string_view what) {
        if (interrupt_requested()) {
            pass_over(fmt::format("{}: interrupted.", what));
        }
        return interrupt_requested();
    }

    /// The limits of a search by branch and bound, where its prediction fits the budget.
    template <typename Predict>
    std::optional<BranchAndBoundOptions> affordable(std::string_view what, const Predict& predict) {
        if (interrupted(what)) {
            return std::nullopt;
        }
        if (system_.dimension() > search_up_to) {
            pass_over(
                fmt::format("{}: the cost is not predicted beyond {} units.", what, search_up_to));
            return std::nullopt;
        }
        const CostPrediction prediction = predict(system_, {.threads = options_.threads});
        const double budget = options_.seconds * nodes_a_second / prediction.node_cost;
        if (!(prediction.nodes <= budget)) {
            pass_over(fmt::format(
                "{}: about {:.2g} nodes ({:.1g} to {:.1g}) are predicted, more than the budget of "
                "{:.2g} (--proof-time).",
                what, prediction.nodes, prediction.low, prediction.high, budget));
            return std::nullopt;
        }
        BranchAndBoundOptions options;
        options.max_nodes =
            static_cast<std::uint64_t>(std::max(least_nodes, allowance * prediction.nodes));
        options.max_listed = most_listed;
        options.threads = options_.threads;
        return options;
    }

    void not_finished(std::string_view what, SearchEnd end, std::uint64_t nodes) {
        if (end != SearchEnd::Complete) {
            pass_over(fmt::format("{}: not complete, {} after {} nodes; what is listed is right.",
                                  what, end == SearchEnd::Interrupted ? "interrupted" : "given up",
                                  nodes));
        }
    }

    void attracting() {
        const std::string_view what = "The faces that can attract";
        if (auto options = affordable(what, predict_attracting_faces)) {
            ProofTree tree;
            const bool with_evidence = system_.dimension() < linear_programs_from;
            if (with_evidence) {
                options->on_proof = [&tree](const NodeProof& node) { tree.add(node); };
            }
            proofs_.attracting = attracting_faces(system_, *options);
            not_finished(what, proofs_.attracting->end, proofs_.attracting->work.nodes);
            if (with_evidence && proofs_.attracting->complete()) {
                proofs_.certificate = certify(system_, *proofs_.attracting, tree.proof());
            }
            if (network_.has_readout()) {
                for (const AttractingFace& face : proofs_.attracting->faces) {
                    proofs_.evidence.push_back(evidence_rate(network_, face.y));
                }
            }
        }
    }

    void atlas() {
        const std::string_view what = "The complete atlas";
        if (interrupted(what)) {
            return;
        }
        if (system_.dimension() > atlas_up_to) {
            pass_over(fmt::format("{}: it goes to {} units.", what, atlas_up_to));
            return;
        }
        if (system_.dimension() > std::max(singular_atlas_up_to, network_.width())) {
            pass_over(
                fmt::format("{}: W = BA of {} residuals has rank {} at most, and most of its "
                            "faces are singular.",
                            what, system_.dimension(), network_.width()));
            return;
        }
        Atlas atlas = equilibrium_atlas(system_, {.listing = Listing::Stable,
                                                  .affordable_seconds = options_.seconds,
                                                  .threads = options_.threads,
                                                  .max_listed = most_listed,
                                                  .stop_requested = interrupt_requested});
        if (atlas.not_begun) {
            pass_over(
                fmt::format("{}: {:.3g} patterns would take about {:.2g} s of one processor, "
                            "more than --proof-time.",
                            what, atlas.cost->patterns, atlas.cost->work_seconds));
            return;
        }
        if (!interrupted(what)) {
            proofs_.atlas = std::move(atlas);
        }
    }

    void stable() {
        const std::string_view what = "Every hyperbolically stable equilibrium";
        if (proofs_.atlas) {
            return;  // the atlas has them
        }
        if (const auto options = affordable(what, predict_stable_equilibria)) {
            proofs_.stable = stable_equilibria(system_, *options);
            not_finished(what, proofs_.stable->end, proofs_.stable->work.nodes);
        }
    }

    void origin() {
        if (system_.activation() != Activation::Logistic || system_.dimension() > search_up_to ||
            interrupted("The degenerate origin")) {
            return;
        }
        OriginOptions options{.threads = options_.threads, .stop_requested = interrupt_requested};
        const std::vector<Equilibrium>* listed = proofs_.atlas    ? &proofs_.atlas->equilibria
                                                 : proofs_.stable ? &proofs_.stable->equilibria
                                                                  : nullptr;
        options.rival = [&]() -> StableRival {
            if (listed != nullptr && !listed->empty()) {
                return {.found = listed->front().pattern};
            }
            return stable_rival(system_, options_.threads);
        };
        // Its rays are among the directions where those are known: one search.
        proofs_.origin = proofs_.directions && proofs_.directions->complete
                             ? origin_report(system_, *proofs_.directions, options)
                             : origin_report(system_, options);
        proofs_.growth = growth_form(system_);
    }

    void directions() {
        const std::string_view what = "The origin, direction by direction";
        const Index n = system_.dimension();
        if (system_.activation() != Activation::Logistic || interrupted(what)) {
            return;
        }
        if (n > largest_directions_dimension) {
            pass_over(fmt::format("{}: it goes to {} units.", what, largest_directions_dimension));
            return;
        }
        const double seconds = predicted_direction_seconds(n, std::min(n, network_.width()));
        if (!(seconds <= options_.seconds)) {
            pass_over(fmt::format("{}: about {:.2g} s of one processor, more than --proof-time.",
                                  what, seconds));
            return;
        }
        const Index max_exact = exact_supports_within(options_.seconds);
        proofs_.directions = origin_directions(system_, {.threads = options_.threads,
                                                         .max_exact = max_exact,
                                                         .stop_requested = interrupt_requested});
        if (network_.has_readout()) {
            for (const DecayDirection& direction : proofs_.directions->directions) {
                proofs_.direction_evidence.push_back(evidence_rate(network_, direction.v));
            }
        }
        if (!proofs_.directions->complete && !interrupted(what)) {
            pass_over(
                fmt::format("{}: not complete, {} supports asked for exact arithmetic, more "
                            "than --proof-time holds.",
                            what, proofs_.directions->exact));
        }
    }

    void ends() {
        const std::string_view what = "Inputs that end at the origin";
        if (x0_.cols() == 0 || !proofs_.directions || proofs_.directions->stable == 0 ||
            interrupted(what)) {
            return;
        }
        const double each = predicted_decay_seconds(system_.dimension());
        const auto affordable =
            static_cast<Index>(std::min(options_.seconds / each, static_cast<double>(x0_.cols())));
        const Index tried = std::min(affordable, options_.inputs);
        if (tried < 1) {
            pass_over(
                fmt::format("{}: about {:.2g} s an input, more than --proof-time.", what, each));
            return;
        }
        if (tried < x0_.cols()) {
            pass_over(fmt::format("{}: {} of {} inputs were followed, about {:.2g} s each.", what,
                                  tried, x0_.cols(), each));
        }
        proofs_.ends =
            prove_decay(network_, x0_.leftCols(tried), proofs_.directions->directions,
                        {.threads = options_.threads, .stop_requested = interrupt_requested});
        interrupted(what);
    }

    const ResidualNetwork& network_;
    const Matrix& x0_;
    ResidualSystem system_;
    ProofOptions options_;
    NetworkProofs proofs_;
};

std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string weights_of(const NetworkProofs& proofs) {
    return fmt::format(
        "for the stored weights{}, for the flow and for every step h > 0, the block repeated "
        "without end",
        proofs.two_matrices ? " (W = BA in rationals)" : "");
}

/// What the equilibria that cannot attract are, where the atlas has counted them.
std::string others(const NetworkProofs& proofs) {
    if (!proofs.atlas || !proofs.atlas->complete) {
        return "";
    }
    const AtlasCounts& counts = proofs.atlas->counts;
    const Index rest = counts.total - counts.not_transversally_unstable;
    return fmt::format(
        " Of {} isolated equilibria, each of the other {} has a saturated unit that leaves its "
        "level{}.",
        counts.total, rest,
        proofs.atlas->singular_patterns == 0 ? ", and no free block is singular" : "");
}

std::string only_origin(const NetworkProofs& proofs) {
    const bool all_arrive = proofs.origin && proofs.origin->attracts == Decision::Yes;
    return fmt::format(
        "Proved {}: no input's residuals converge to an equilibrium other than y = 0, nor to a "
        "cycle, torus or chaotic set lying compactly in one open face.{} {} Nothing is said of "
        "rounding or of the network's own number of layers.",
        weights_of(proofs), others(proofs),
        all_arrive ? "In the flow every input's residuals converge to y = 0 (proved, see the "
                     "origin below); left open for the network: the approach to y = 0, and "
                     "wandering between faces."
                   : "Left open: the approach to y = 0, and wandering between faces.");
}

std::string some_faces(const NetworkProofs& proofs) {
    const AttractingFaces& faces = *proofs.attracting;
    std::uint64_t stable = 0;
    std::uint64_t with_free = 0;
    for (const AttractingFace& face : faces.faces) {
        stable += face.is_stable() ? 1 : 0;
        with_free += face.pattern.is_vertex() ? 0 : 1;
    }
    std::string text = fmt::format(
        "Proved {}: if an input's residuals end compactly inside one open face of the cube, at "
        "rest, on a cycle, a torus or a chaotic set, then it is one of {} ({}, {}){}.",
        weights_of(proofs), counted(faces.count(), "face", "faces"),
        counted(faces.isolated, "isolated equilibrium", "isolated equilibria"),
        counted(faces.continua, "continuum", "continua"),
        faces.all_listed() ? fmt::format("; {} of them hyperbolically stable, {} with free units",
                                         stable, with_free)
                           : "");
    return text + others(proofs) +
           " Left open: wandering between faces, and which of them attracts which input.";
}

std::string classes(const NetworkProofs& proofs) {
    Index decided = 0;
    std::vector<Index> seen;
    for (std::size_t k = 0; k < proofs.evidence.size(); ++k) {
        const AttractingFace& face = proofs.attracting->faces[k];
        if (face.is_isolated() && proofs.evidence[k].is_decided()) {
            ++decided;
            seen.push_back(proofs.evidence[k].best);
        }
    }
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    return fmt::format(
        "In the mean {} of them gather evidence for a class of their own, h VA ȳ a layer, whose "
        "argmax is the class as the layers go on: {} in all.",
        decided, counted(seen.size(), "class", "classes"));
}

std::string stable_ones(const NetworkProofs& proofs) {
    if (proofs.atlas) {
        return fmt::format(
            "Proved: {} of the {} isolated equilibria {} hyperbolically stable in the flow ({} "
            "patterns decided, {} faces with a singular free block).",
            proofs.atlas->counts.stable, proofs.atlas->counts.total,
            proofs.atlas->counts.stable == 1 ? "is" : "are",
            proofs.atlas->complete ? "all" : "not all", proofs.atlas->singular_patterns);
    }
    const StableSearch& search = *proofs.stable;
    return fmt::format("{}: {} {} hyperbolically stable in the flow, {} of them on faces.",
                       search.complete() ? "Proved" : "Not complete, at least",
                       counted(search.stable(), "equilibrium", "equilibria"),
                       search.stable() == 1 ? "is" : "are", search.stable_faces);
}

std::string origin_text(const OriginReport& origin) {
    const auto verdict = [](Decision decision, std::string_view yes, std::string_view no) {
        return decision == Decision::Yes  ? std::string(yes)
               : decision == Decision::No ? std::string(no)
                                          : "not decided";
    };
    return fmt::format(
        "The origin y = 0 in the flow, as an equilibrium: {} ({}); it attracts the open cube: "
        "{} ({}).",
        verdict(origin.stable, "stable, proved", "unstable, proved"), origin.stable_reason,
        verdict(origin.attracts, "yes, proved", "no, proved"), origin.attracts_reason);
}

/// The class that starts on a stable direction end in, where it is one.
std::string direction_classes(const NetworkProofs& proofs) {
    std::string text;
    for (std::size_t k = 0; k < proofs.direction_evidence.size(); ++k) {
        const DecayDirection& direction = proofs.directions->directions[k];
        const EvidenceRate& evidence = proofs.direction_evidence[k];
        if (direction.stability == DirectionStability::Stable) {
            text += fmt::format(
                " What ends along units {} gathers VA v log L after L layers and is {} in the end, "
                "whatever it was (margin of hVA v: {:.3g} ± {:.1g}).",
                fmt::join(direction.units, ", "),
                evidence.is_decided() ? fmt::format("of class {}", evidence.best)
                                      : "of no single class",
                evidence.margin, evidence.margin_error);
        }
    }
    return text;
}

}  // namespace

NetworkProofs prove(const ResidualNetwork& network, const ProofOptions& options, const Matrix& x0) {
    validate(network);
    if (!network.has_shared_weights() || !is_bounded(network.activation)) {
        reject_argument(
            "prove", "shared weights and a bounded activation",
            fmt::format("{} blocks, {}", network.blocks.size(), to_string(network.activation)));
    }
    if (!(options.seconds >= 0)) {
        reject_argument("prove", "seconds >= 0", fmt::format("{}", options.seconds));
    }
    return Prover(network, options, x0).run();
}

std::string headline(const NetworkProofs& proofs) {
    if (!proofs.attracting || !proofs.attracting->complete()) {
        return "";
    }
    if (!proofs.attracting->only_origin()) {
        return fmt::format(
            "Proved: with the block repeated without end, inputs whose residuals end inside one "
            "face of the cube, at rest or moving, end in one of {}.",
            counted(proofs.attracting->count(), "face", "faces"));
    }
    std::string arrive;
    if (proofs.origin && proofs.origin->attracts == Decision::Yes) {
        arrive = "; in the flow all of them go to y = 0";
    } else if (proofs.ends) {
        arrive =
            fmt::format("; {} of {} inputs followed are proved to go to y = 0",
                        proofs.ends->count(DecayVerdict::EndsAtOrigin), proofs.ends->inputs.size());
    }
    return fmt::format(
        "Proved: with the block repeated without end, no input's residuals end at an equilibrium "
        "other than y = 0, nor on a cycle, torus or chaotic set inside one face{}. That the "
        "network classifies by transients is an interpretation of this.",
        arrive);
}

std::vector<std::string> describe(const NetworkProofs& proofs) {
    std::vector<std::string> sentences;
    if (proofs.attracting && proofs.attracting->only_origin()) {
        sentences.push_back(only_origin(proofs));
    } else if (proofs.attracting && proofs.attracting->complete()) {
        sentences.push_back(some_faces(proofs));
        if (!proofs.evidence.empty()) {
            sentences.push_back(classes(proofs));
        }
    }
    if (proofs.atlas || proofs.stable) {
        sentences.push_back(stable_ones(proofs));
    }
    if (proofs.origin) {
        sentences.push_back(origin_text(*proofs.origin));
    }
    if (proofs.directions) {
        sentences.push_back(describe(*proofs.directions) + direction_classes(proofs));
    }
    if (proofs.ends) {
        sentences.push_back(describe(*proofs.ends));
    }
    sentences.insert(sentences.end(), proofs.passed_over.begin(), proofs.passed_over.end());
    return sentences;
}

}  // namespace resdyn
