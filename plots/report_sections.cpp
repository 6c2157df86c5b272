#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report_content.hpp"
#include "results/discretisation_results.hpp"
#include "results/report_text.hpp"

namespace resdyn::plots {

using namespace readable;

using namespace figures;

namespace {

ReportSection system_section(const SystemReport& system) {
    ReportSection section{"system", "Residual system", Section::System};
    const RankReport& rank = system.rank;
    section.facts = {
        {"activation f", std::string(to_string(system.activation)),
         std::isfinite(system.range.high)
             ? fmt::format("residuals between the levels {} and {}", number(system.range.low),
                           number(system.range.high))
             : fmt::format("residuals from {} up, unbounded", number(system.range.low))},
        {"units N", fmt::format("{}", system.hidden_width),
         system.width == system.hidden_width
             ? ""
             : fmt::format("residuals of a two-matrix block; x has {} units", system.width)},
        {"layers L", fmt::format("{}", system.depth), ""},
        {"step h", number(system.step),
         fmt::format("T = hL = {}", number(system.step * static_cast<double>(system.depth)))},
        {"‖W‖ (Frobenius)", number(system.frobenius_norm), ""},
    };
    if (system.spectral_radius >= 0) {
        section.facts.push_back({"spectral radius of W", number(system.spectral_radius),
                                 fmt::format("residual ‖Wv − λv‖ of that eigenvalue: {}",
                                             number(system.spectral_radius_residual))});
    }
    std::string margin = fmt::format("singular values above {}", number(rank.tolerance));
    if (rank.rank > 0) {
        margin += fmt::format("; the smallest of them is {}",
                              number(rank.singular_values[rank.rank - 1]));
    }
    if (rank.rank < rank.singular_values.size()) {
        margin += fmt::format("; the next is {}", number(rank.singular_values[rank.rank]));
    }
    section.facts.push_back({"rank of W", fmt::format("{} of {}", rank.rank, system.hidden_width),
                             margin + " (numerical, of the stored weights)"});
    section.facts.push_back(
        {"slowest time scale", number(rank.slowest_time), "1/σ of the smallest counted σ"});
    const Index invariants = rank.left_null_vectors.cols();
    section.facts.push_back(
        {"linear invariants ℓ·u", fmt::format("{}", invariants),
         invariants == 0 ? "W has full rank"
         : system.invariant_drift >= 0
             ? fmt::format("largest drift over all layers {}", number(system.invariant_drift))
             : std::string("drift not measured: no data")});
    Table leading{
        "Eigenvalues of W with the largest real part", {"eigenvalue", "residual ‖Wv − λv‖"}, {}};
    for (std::size_t k = 0; k < system.leading_eigenvalues.values.size(); ++k) {
        leading.rows.push_back({complex_number(system.leading_eigenvalues.values[k]),
                                number(system.leading_eigenvalues.residuals[k])});
    }
    if (!leading.rows.empty()) {
        section.tables.push_back(leading);
    }
    return section;
}

ReportSection discretisation_section(const Analysis& analysis) {
    ReportSection section{"flow", "Flow and network", Section::Discretisation};
    if (!analysis.discretisation) {
        section.paragraphs = {"Not computed: it needs data."};
        return section;
    }
    const DiscretisationReport& report = *analysis.discretisation;
    const auto reached =
        std::count(report.outcomes.begin(), report.outcomes.end(), Outcome::ReachedEnd);
    section.paragraphs = {
        fmt::format("The layers x_n are compared with the flow {}, A the identity in blocks of one "
                    "matrix, from "
                    "the same x_0 at t_n = nh; {} of {} samples were followed to the end.",
                    analysis.layerwise
                        ? "of x' = A f(Wx + b) whose weights go over from each layer to the next "
                          "along a straight line (of two matrices: whose fields do)"
                        : "x' = A f(Wx + b)",
                    reached, report.outcomes.size())};
    if (analysis.fidelity) {
        section.paragraphs.push_back(
            fmt::format("Is it an ODE? {}. The rule, fixed beforehand: {}. That the order below "
                        "tends to 1 holds for every network and says nothing of this one.",
                        verdict_line(*analysis.fidelity), analysis.fidelity->rule));
    }
    Table table{"Distance at T = hL as the step is halved",
                {"step h", "‖x_L − x(T)‖, root mean square", "observed order"},
                {}};
    for (std::size_t k = 0; k < report.steps.size(); ++k) {
        table.rows.push_back({number(report.steps[k]), number(report.final_distance[k]),
                              k == 0 ? "–" : number(report.observed_order[k - 1])});
    }
    section.tables = {table};
    if (analysis.orientation) {
        const Orientation& orientation = *analysis.orientation;
        section.paragraphs.push_back(fmt::format(
            "Could the layers be a flow's? {} ({} layers of a draw of the samples; other states "
            "were "
            "not looked at).{}",
            describe(orientation), analysis.system.depth,
            orientation.rules_out_a_flow() ? " A layer that turns orientation over can take apart "
                                             "what trajectories of a flow, "
                                             "which cannot cross, never could."
                                           : ""));
    }
    return section;
}

/// True class by class read out, with the share read out right.
Table confusion_table(const Eigen::MatrixXi& confusion) {
    constexpr Index most_classes = 20;
    Table table{"Confusion: samples by true class (rows) and class read out after the last layer",
                {"true class"},
                {}};
    table.folded = confusion.rows() > most_classes;
    for (Index j = 0; j < confusion.cols(); ++j) {
        table.header.push_back(fmt::format("{}", j));
    }
    table.header.insert(table.header.end(), {"samples", "right ± standard error"});
    for (Index i = 0; i < confusion.rows(); ++i) {
        const Index samples = confusion.row(i).sum();
        std::vector<std::string> row = {fmt::format("{}", i)};
        for (Index j = 0; j < confusion.cols(); ++j) {
            row.push_back(fmt::format("{}", confusion(i, j)));
        }
        row.push_back(fmt::format("{}", samples));
        row.push_back(samples > 0 ? percent(proportion(confusion(i, i), samples)) : "–");
        table.rows.push_back(std::move(row));
    }
    return table;
}

ReportSection evidence_section(const Analysis& analysis) {
    ReportSection section{"evidence", "Evidence ledger", Section::Evidence};
    if (!analysis.evidence) {
        section.paragraphs = {"Not computed: it needs data and a read-out."};
        return section;
    }
    const EvidenceLedger& ledger = *analysis.evidence;
    section.paragraphs = {
        "The logits are the sum of what the start and every residual contribute: V x_L + c = "
        "(V x_0 + c) + h Σ V y_n."};
    section.facts = {
        {"largest |Σ terms − logits|", number(ledger.rounding_residual),
         fmt::format("{} the bound that rounding may reach, {}",
                     ledger.balances() ? "within" : "BEYOND", number(ledger.rounding_bound))}};
    if (ledger.accuracy_by_layer.empty()) {
        section.paragraphs.emplace_back("The data have no labels, so no accuracy is given.");
        return section;
    }
    section.tables = {
        {"Accuracy of read-outs ± standard error", {"read-out", "accuracy", "samples"}, {}},
        {"Layer by layer",
         {"layer n", "accuracy ± standard error", "mean margin of the true class",
          "mean evidence added"},
         {}}};
    const auto add = [&section](const std::string& name, const Proportion& p) {
        section.tables[0].rows.push_back({name, percent(p), fmt::format("{}", p.samples)});
    };
    add("V x_L + c, the network", ledger.accuracy_by_layer.back());
    add("V x_0 + c, the start alone", ledger.accuracy_from_start);
    add("h Σ V y_n, the residuals alone", ledger.accuracy_from_sum);
    add("V y of the last layer alone", ledger.accuracy_from_last);
    for (std::size_t n = 0; n < ledger.accuracy_by_layer.size(); ++n) {
        section.tables[1].rows.push_back(
            {fmt::format("{}", n), percent(ledger.accuracy_by_layer[n]),
             number(ledger.mean_margin_by_layer[n]), number(ledger.mean_evidence_by_layer[n])});
    }
    if (ledger.confusion.rows() > 0) {
        section.tables.push_back(confusion_table(ledger.confusion));
    }
    return section;
}

ReportSection training_section(const std::vector<EpochRecord>& record) {
    ReportSection section{"training", "Training", Section::Training};
    if (record.empty()) {
        section.paragraphs = {"No training record (training.csv) lies beside the model."};
        return section;
    }
    section.paragraphs = {fmt::format(
        "As resdyn train recorded it; the last of {} epochs ends at a loss of {} and {} of the "
        "training sample right. Epoch 0 is the state before training.",
        record.back().epoch, number(record.back().loss), number(record.back().train_accuracy))};
    Table table{"Epoch by epoch", {}, {}};
    for (const std::string& name : record_columns()) {
        table.header.push_back(words(name));
    }
    const std::size_t skipped = record.size() > table_rows ? record.size() - table_rows : 0;
    if (skipped > 0) {
        table.caption += fmt::format("; the first {} stand in training.csv", skipped);
    }
    for (std::size_t k = skipped; k < record.size(); ++k) {
        std::vector<std::string> row;
        for (const double value : to_numbers(record[k])) {
            row.push_back(number(value));
        }
        table.rows.push_back(row);
    }
    table.folded = true;
    section.tables = {table};
    return section;
}

}  // namespace

std::vector<ReportSection> report_sections(const Analysis& analysis) {
    if (analysis.layerwise) {
        return {behaviour_section(analysis), layerwise_section(analysis),
                discretisation_section(analysis), evidence_section(analysis),
                training_section(analysis.record)};
    }
    std::vector<ReportSection> sections = {
        behaviour_section(analysis), proof_section(analysis), system_section(analysis.system),
        discretisation_section(analysis), equilibria_section(analysis)};
    ReportSection spectra{"spectra", "Spectra", Section::Spectra};
    spectra.paragraphs = {
        analysis.atlas || (analysis.settled && !analysis.settled->groups.empty())
            ? "Eigenvalues of the flow and multipliers of one layer at the equilibria of the "
              "tables above: e^{hλ} for a saturated unit, 1 + hμ on the free ones."
            : "No equilibria, no spectra."};
    sections.push_back(spectra);
    sections.push_back(interaction_section(analysis.interaction));
    sections.push_back(evidence_section(analysis));
    ReportSection portrait{"portrait", "Phase portrait", Section::Portrait};
    if (!analysis.portrait) {
        portrait.paragraphs = {
            "Drawn for bounded activations: the square of two units; of more, "
            "the plane of the data's first two principal components."};
    }
    sections.push_back(portrait);
    sections.push_back(training_section(analysis.record));
    return sections;
}

}  // namespace resdyn::plots
