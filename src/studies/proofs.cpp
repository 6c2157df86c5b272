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

constexpr Index proved_up_to = 24;  // units
/// Of blocks with more residuals than units: W = BA is singular, and so are the faces with more
/// free units than x has, which the atlas decides one by one in exact arithmetic and its prediction
/// of patterns does not count: four times the work for every residual more.
constexpr Index singular_atlas_up_to = 10;
constexpr Index search_up_to = 128;      // units; beyond, the prediction itself takes long
constexpr double nodes_a_second = 25e3;  // of branch and bound, one processor of 2022
/// A prediction is more often too low than too high: a search may take so many times as many nodes.
constexpr double allowed_ratio = 4.0;
constexpr double fewest_nodes = 1e4;
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
        if (interrupted(what)) {
            return std::nullopt;
        }
        if (std::isnan(prediction.nodes)) {
            pass_over(fmt::format("{}: to predict its cost takes too long itself.", what));
            return std::nullopt;
        }
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
            static_cast<std::uint64_t>(std::max(fewest_nodes, allowed_ratio * prediction.nodes));
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
        if (system_.dimension() > proved_up_to) {
            pass_over(fmt::format("{}: it goes to {} units.", what, proved_up_to));
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
        constexpr double least_steps = 1000;  // of an input that arrives
        const double each = decay_step_seconds(system_.dimension());
        if (options_.inputs < 1 || options_.seconds < least_steps * each) {
            pass_over(fmt::format("{}: about {:.2g} s an input, more than --proof-time.", what,
                                  least_steps * each));
            return;
        }
        proofs_.ends = prove_decay(network_, x0_.leftCols(std::min(x0_.cols(), options_.inputs)),
                                   proofs_.directions->directions,
                                   {.max_total_steps = static_cast<Index>(options_.seconds / each),
                                    .threads = options_.threads,
                                    .stop_requested = interrupt_requested});
        const auto followed = static_cast<Index>(proofs_.ends->inputs.size());
        if (followed < x0_.cols()) {
            pass_over(fmt::format("{}: {} of {} inputs were followed, what --proof-time holds.",
                                  what, followed, x0_.cols()));
        }
        interrupted(what);
    }

    const ResidualNetwork& network_;
    const Matrix& x0_;
    ResidualSystem system_;
    ProofOptions options_;
    NetworkProofs proofs_;
};

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

}  // namespace resdyn
