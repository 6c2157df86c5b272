// Claim 6. Inputs are classified by the integral of the transient: the logits are the start plus
// h Σ V y_n, the sum reads out better than the last residual, and inputs that end on one face,
// settled or turning, gather the same evidence a layer there: their transients tell them apart.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/settling/seeds.hpp>
#include <resdyn/settling/settle.hpp>
#include <resdyn/transient/decision.hpp>
#include <resdyn/transient/evidence.hpp>
#include <resdyn/transient/face_averages.hpp>

#include "claims.hpp"
#include "core/stratified_sample.hpp"
#include "workspace.hpp"

namespace resdyn::claims {

namespace {

constexpr double two_sided_95 = 1.96;

/// 1 where the column's largest entry is the label's, else 0.
Vector right(const Matrix& scores, const Eigen::VectorXi& labels) {
    const Eigen::VectorXi predicted = predicted_classes(scores);
    return (predicted.array() == labels.array()).cast<double>();
}

struct ReadOuts {
    std::vector<double> start, last, sum, all;
};

/// The inputs that a network is judged on.
Dataset judged_on(const TrainedNetwork& one, const Workspace& workspace) {
    return one.test->draw(workspace.quick() ? 400 : 2000, workspace.seed());
}

/// The ledger and its read-outs; for each input 1 where the network is right, else 0.
Vector add_ledger(ClaimResult& result, const TrainedNetwork& one, const Dataset& some,
                  ReadOuts& shown) {
    const ResidualNetwork& network = one.network;
    const Matrix x0 = initial_activity(network, some.inputs.cast<double>());
    const EvidenceLedger ledger = evidence_ledger(network, x0, some.labels);
    result.settings.push_back(
        agrees(one.name + ": ledger", 0.0, ledger.rounding_residual, ledger.rounding_bound,
               fmt::format("max |(V x_0 + c) + h Σ V y_n − logits| over {} inputs; tolerance: "
                           "rounding",
                           x0.cols())));

    Matrix sum = Matrix::Zero(ledger.logits.rows(), ledger.logits.cols());
    for (std::size_t n = 1; n < ledger.terms.size(); ++n) {
        sum += ledger.terms[n];
    }
    const Vector by_sum = right(sum, some.labels);
    const Vector by_last = right(ledger.terms.back(), some.labels);
    const Vector by_all = right(ledger.logits, some.labels);
    const MeanWithError difference = mean_with_error(by_sum - by_last);
    result.settings.push_back(exceeds(
        one.name + ": Σy against last y", 0.0, difference.mean,
        two_sided_95 * difference.standard_error,
        fmt::format("accuracy of the read-out of h Σ V y_n alone ({:.4f}) less that of the last "
                    "V y alone ({:.4f}), paired by input, tolerance 1.96 standard errors; start "
                    "alone {:.4f}, all {:.4f}",
                    by_sum.mean(), by_last.mean(), ledger.accuracy_from_start.value,
                    by_all.mean())));
    shown.start.push_back(100.0 * ledger.accuracy_from_start.value);
    shown.last.push_back(100.0 * by_last.mean());
    shown.sum.push_back(100.0 * by_sum.mean());
    shown.all.push_back(100.0 * by_all.mean());
    return by_all;
}

void add_network(ClaimResult& result, const TrainedNetwork& one, const Workspace& workspace,
                 ReadOuts& shown) {
    const ResidualNetwork& network = one.network;
    const Dataset some = judged_on(one, workspace);
    const Matrix x0 = initial_activity(network, some.inputs.cast<double>());
    const Vector by_all = add_ledger(result, one, some, shown);

    const std::string name = one.name + ": inputs that share an attractor";
    if (!is_bounded(network.activation)) {
        result.settings.push_back(undecided(name, "attractors are known for bounded f only"));
        return;
    }
    SettleOptions with;
    with.threads = workspace.threads();
    constexpr Index most_followed = 500;
    const std::vector<Index> followed =
        stratified_sample(some.labels, most_followed, workspace.seed());
    const SettleResult settled = settle(
        residual_system(network), initial_preactivation(network, x0(Eigen::all, followed)), with);
    const Eigen::VectorXi labels = some.labels(followed);
    const Vector right_of = by_all(followed);
    // A read-out of the attractor alone gives all inputs of a group one class: at best its largest.
    std::vector<double> gain;
    Index groups = 0;
    double best_by_attractor = 0.0;
    double by_network = 0.0;
    for (const SettledGroup& group : settled.groups) {
        std::vector<Index> counts(static_cast<std::size_t>(network.classes()), 0);
        for (const Index j : group.members) {
            ++counts[static_cast<std::size_t>(labels[j])];
        }
        const auto largest = std::max_element(counts.begin(), counts.end()) - counts.begin();
        if (counts[static_cast<std::size_t>(largest)] == static_cast<Index>(group.members.size())) {
            continue;  // one class only: nothing to tell apart
        }
        ++groups;
        for (const Index j : group.members) {
            const double attractor = labels[j] == largest ? 1.0 : 0.0;
            best_by_attractor += attractor;
            by_network += right_of[j];
            gain.push_back(right_of[j] - attractor);
        }
    }
    if (gain.empty()) {
        result.settings.push_back(
            undecided(name, fmt::format("no attractor is shared by inputs of two classes ({} of {} "
                                        "inputs settled, at {} attractors)",
                                        settled.count(SettleOutcome::Settled), followed.size(),
                                        settled.groups.size())));
        return;
    }
    const auto n = static_cast<double>(gain.size());
    const MeanWithError mean =
        mean_with_error(Eigen::Map<const Vector>(gain.data(), static_cast<Index>(gain.size())));
    result.settings.push_back(exceeds(
        name, 0.0, mean.mean, two_sided_95 * mean.standard_error,
        fmt::format("accuracy of the network ({:.4f}) on {} inputs at {} attractors that they "
                    "share with another class, less the best that the attractor alone allows "
                    "({:.4f}), paired, tolerance 1.96 standard errors",
                    by_network / n, gain.size(), groups, best_by_attractor / n)));
}

ClaimResult put_transient_integral(Workspace& workspace) {
    ClaimResult result;
    ReadOuts shown;
    for (const TrainedNetwork& one : workspace.trained()) {
        workspace.part(one.name);
        add_network(result, one, workspace, shown);
    }
    // No attractor is that of a network whose weights differ by layer: the ledger alone.
    for (const TrainedNetwork& one : workspace.trained_own()) {
        workspace.part(one.name);
        add_ledger(result, one, judged_on(one, workspace), shown);
    }
    std::vector<double> k;
    for (std::size_t i = 0; i < shown.all.size(); ++i) {
        k.push_back(static_cast<double>(i + 1));
    }
    figures::Figure figure;
    figure.id = "claim-6-read-outs";
    figure.title = "What each part of the sum classifies";
    figure.caption =
        "Test accuracy of the read-outs of the start, of the last residual, of the sum of "
        "residuals, and of all; networks in the order of the table.";
    figures::Panel panel;
    panel.x = {.label = "network", .from = 0.0, .to = static_cast<double>(k.size() + 1)};
    panel.y = {.label = "accuracy (%)", .from = 0.0, .to = 102.0};
    panel.legend = figures::Legend::Above;
    const auto add = [&](const char* name, const std::vector<double>& y,
                         const figures::Style& style) {
        panel.series.push_back(
            {figures::Mark::Points, name, name, {{"network", k}, {"accuracy", y}}, style});
    };
    add("start", shown.start, {.colour = figures::palette_colour(3), .symbol = 9});
    add("last y", shown.last, {.colour = figures::palette_colour(1), .symbol = 5});
    add("sum of y", shown.sum, {.colour = figures::palette_colour(0)});
    add("all", shown.all, {.colour = "#000000", .symbol = 6, .size = 1.5});
    figure.panels = {panel};
    result.figures.push_back(figure);
    return result;
}

/// Inputs followed to their faces, and the fewest of two classes on one face that say something.
constexpr Index most_on_faces = 500;
constexpr Index enough_inputs = 20;

/// Σ over the inputs of each face of |e_j − mean of the face|², e the evidence without what all
/// classes share.
double within_faces(const std::vector<FaceEnd>& faces, Matrix evidence) {
    evidence.rowwise() -= evidence.colwise().mean().eval();
    double sum = 0.0;
    for (const FaceEnd& face : faces) {
        Matrix of_face = evidence(Eigen::all, face.members);
        of_face.colwise() -= of_face.rowwise().mean().eval();
        sum += of_face.squaredNorm();
    }
    return sum;
}

/// Of each input on a face with another class: whether the network is right, less whether the most
/// frequent class of the face is.
std::vector<double> gains_on_faces(const std::vector<FaceEnd>& faces, const Vector& by_network,
                                   const Eigen::VectorXi& labels, Index classes) {
    std::vector<double> gains;
    for (const FaceEnd& face : faces) {
        Eigen::VectorXi counts = Eigen::VectorXi::Zero(classes);
        for (const Index j : face.members) {
            ++counts[labels[j]];
        }
        Index largest = 0;
        if (counts.maxCoeff(&largest) == static_cast<int>(face.members.size())) {
            continue;
        }
        for (const Index j : face.members) {
            gains.push_back(by_network[j] - (labels[j] == largest ? 1.0 : 0.0));
        }
    }
    return gains;
}

std::optional<SeedResult> measure_transient_integral(const Workspace& workspace,
                                                     const EffectSetting& setting,
                                                     std::uint64_t seed) {
    const auto trained = workspace.network_of(setting.recipe, seed);
    if (!trained) {
        return std::nullopt;
    }
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    SeedResult result{{std::nullopt, std::nullopt, std::nullopt}, std::vector<double>(8, none)};
    if (!trained->network) {
        return result;
    }
    const ResidualNetwork& network = *trained->network;
    const Dataset& test = trained->data.test;
    const Matrix x0 = initial_activity(network, test.inputs.cast<double>());
    const EvidenceLedger ledger = evidence_ledger(network, x0, test.labels);
    Matrix sum = ledger.terms[1];
    for (std::size_t n = 2; n < ledger.terms.size(); ++n) {
        sum += ledger.terms[n];
    }
    result.effects[0] =
        right(sum, test.labels).mean() - right(ledger.terms.back(), test.labels).mean();
    const Vector by_all = right(ledger.logits, test.labels);
    result.beside[0] = by_all.mean();
    result.beside[1] = ledger.rounding_residual / ledger.rounding_bound;
    if (!network.has_shared_weights() || !is_bounded(network.activation)) {
        return result;
    }
    const std::vector<Index> some = stratified_sample(test.labels, most_on_faces, seed);
    const FaceAverages ends = face_averages(network, x0(Eigen::all, some), {.threads = 1});
    Index on_faces = 0;
    Index turning = 0;
    for (const FaceEnd& face : ends.faces) {
        on_faces += static_cast<Index>(face.members.size());
        turning += face.turning;
    }
    const std::vector<double> gains =
        gains_on_faces(ends.faces, by_all(some), test.labels(some), network.classes());
    if (static_cast<Index>(gains.size()) >= enough_inputs) {
        result.effects[1] =
            Eigen::Map<const Vector>(gains.data(), static_cast<Index>(gains.size())).mean();
    }
    const std::optional<Matrix>& A = network.block(0).A;
    const Matrix late =
        network.step * (network.readout.M * (A ? Matrix(*A * ends.mean) : ends.mean));
    const Matrix early = sum(Eigen::all, some) / static_cast<double>(network.depth);
    const double at_first = within_faces(ends.faces, early);
    if (on_faces >= enough_inputs && at_first > 0) {
        result.effects[2] = 1.0 - std::sqrt(within_faces(ends.faces, late) / at_first);
    }
    const auto share = [&](Index count) {
        return static_cast<double>(count) / static_cast<double>(some.size());
    };
    result.beside[2] = share(on_faces);
    result.beside[3] = share(turning);
    result.beside[4] = share(static_cast<Index>(ends.at_origin.size()));
    result.beside[5] = share(static_cast<Index>(ends.elsewhere.size()));
    result.beside[6] = static_cast<double>(ends.faces.size());
    result.beside[7] = ends.largest_relative_deviation;
    return result;
}

Experiment transient_integral_experiment() {
    return {.effects =
                {{.name = "sum of y less last y",
                  .meaning = "Test accuracy of the read-out of h Σ V y_n alone, less that of the "
                             "last V y alone.",
                  .unit = "accuracy",
                  .margin = 0.02},
                 {.name = "on one face: network less the face's best class",
                  .meaning = "Of inputs that end on a face which they share with another class, "
                             "settled or turning: accuracy of the network, less the most that the "
                             "face alone allows.",
                  .unit = "accuracy",
                  .margin = 0.02},
                 {.name = "on one face: evidence a layer becomes the same",
                  .meaning = "One less the spread, within faces, of the evidence gathered a layer "
                             "over layers 2,000 to 4,000, relative to that over the network's own "
                             "layers: 1 where inputs of a face gather the same.",
                  .unit = "share of the spread",
                  .margin = 0.1}},
            .beside = {"accuracy", "ledger: residual over its rounding bound",
                       "share that ends on a face", "share still turning there",
                       "share at the origin", "share on no one face", "faces",
                       "mean of y: deviation from y* over the theory's bound"},
            .settings = standard_settings,
            .measure = measure_transient_integral,
            .together = {"training steps", "total time hL", "units"},
            .version = "claim 6, 1"};
}

}  // namespace

Claim transient_integral() {
    return {6,
            "Inputs are classified by the integral of the transient",
            ClaimKind::Empirical,
            Needs::Labelled,
            "The sum of residuals classifies better than the last one; inputs that end on one face "
            "with another class are told apart better than the face could; and the evidence that "
            "they gather a layer becomes the same there. A network of the user: the ledger sums "
            "to the logits within rounding, and both differences, of the sum and within "
            "attractors, are more than 1.96 standard errors, paired by input.",
            put_transient_integral,
            {},
            true,
            transient_integral_experiment()};
}

}  // namespace resdyn::claims
