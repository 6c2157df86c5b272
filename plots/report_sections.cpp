#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/io/recurrence_results.hpp>

#include "figures.hpp"
#include "report_content.hpp"

namespace resdyn::plots {

namespace {

constexpr std::size_t table_rows = 100;   ///< of equilibria and groups; the rest is in the files.
constexpr Index widest_point = 6;         ///< N up to which y stands in the table.
constexpr std::size_t listed_values = 6;  ///< eigenvalues written out in one cell.

std::string yes_no(bool holds) {
    return holds ? "yes" : "no";
}

std::string words(std::string_view label) {
    std::string text(label);
    std::replace(text.begin(), text.end(), '_', ' ');
    return text;
}

std::string complex_number(const Complex& value) {
    if (value.imag() == 0) {
        return number(value.real());
    }
    return fmt::format("{} {} {}i", number(value.real()), value.imag() < 0 ? "−" : "+",
                       number(std::abs(value.imag())));
}

std::string complex_list(const std::vector<Complex>& values) {
    std::string text;
    for (std::size_t k = 0; k < std::min(values.size(), listed_values); ++k) {
        text += (k == 0 ? "" : ",  ") + complex_number(values[k]);
    }
    return values.size() > listed_values ? text + fmt::format(", … ({})", values.size()) : text;
}

std::string point(const Vector& y) {
    std::string text = "(";
    for (Index i = 0; i < y.size(); ++i) {
        text += (i == 0 ? "" : ", ") + number(y[i]);
    }
    return text + ")";
}

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
    Table leading{"Leading eigenvalues of W", {"eigenvalue", "residual ‖Wv − λv‖"}, {}};
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
    section.paragraphs = {fmt::format(
        "The layers x_n are compared with the flow x' = A f(Wx + b), A the identity in blocks of "
        "one "
        "matrix, from the same x_0 at t_n = nh; {} of {} samples were followed to the end.",
        reached, report.outcomes.size())};
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
            "Could the layers be a flow's? {} ({} layers of the first samples; other states were "
            "not looked at).{}",
            describe(orientation), analysis.system.depth,
            orientation.rules_out_a_flow() ? " A layer that turns orientation over can take apart "
                                             "what trajectories of a flow, "
                                             "which cannot cross, never could."
                                           : ""));
    }
    return section;
}

Table equilibria_table(const Atlas& atlas) {
    std::vector<const Equilibrium*> order;
    for (const Equilibrium& equilibrium : atlas.equilibria) {
        order.push_back(&equilibrium);
    }
    std::stable_sort(order.begin(), order.end(), [](const Equilibrium* a, const Equilibrium* b) {
        return a->spectrum.unstable + a->spectrum.neutral <
               b->spectrum.unstable + b->spectrum.neutral;
    });
    const std::size_t shown = std::min(order.size(), table_rows);
    Table table{fmt::format("{} of {} isolated equilibria, fewest unstable and neutral directions "
                            "first{}",
                            shown, atlas.counts.total,
                            shown < static_cast<std::size_t>(atlas.counts.total)
                                ? "; all of them stand in the result files"
                                : ""),
                {"pattern", "y", "residual", "type", "unstable dimension", "flow eigenvalues",
                 "multipliers", "on a continuum", "proved"},
                {}};
    for (std::size_t k = 0; k < shown; ++k) {
        const Equilibrium& e = *order[k];
        table.rows.push_back({to_string(e.pattern), e.y.size() <= widest_point ? point(e.y) : "…",
                              number(e.residual), words(to_string(e.type)),
                              fmt::format("{}", e.spectrum.unstable),
                              complex_list(e.flow_eigenvalues), complex_list(e.multipliers),
                              yes_no(e.on_continuum), yes_no(e.proved)});
    }
    return table;
}

void add_atlas(ReportSection& section, const Atlas& atlas) {
    section.facts = {
        {"isolated equilibria", fmt::format("{}", atlas.counts.total),
         fmt::format("{} vertices, {} on faces", atlas.counts.vertices, atlas.counts.faces)},
        {"hyperbolically stable", fmt::format("{}", atlas.counts.stable), "judged on the flow"},
        {"patterns with a singular free block", fmt::format("{}", atlas.singular_patterns),
         fmt::format("{} of them hold a continuum of equilibria", atlas.continua.size())},
        {"complete", yes_no(atlas.complete),
         atlas.complete ? "every pattern decided exactly on the stored weights"
                        : "some patterns stayed undecided"},
    };
    Table counts{"Isolated equilibria by unstable dimension", {"unstable dimension", "count"}, {}};
    for (std::size_t k = 0; k < atlas.counts.by_unstable_dimension.size(); ++k) {
        counts.rows.push_back(
            {fmt::format("{}", k), fmt::format("{}", atlas.counts.by_unstable_dimension[k])});
    }
    section.tables = {equilibria_table(atlas), counts};
    if (!atlas.continua.empty()) {
        Table continua{"Continua of equilibria", {"pattern", "dimension", "a point of it"}, {}};
        for (std::size_t k = 0; k < std::min(atlas.continua.size(), table_rows); ++k) {
            const Continuum& c = atlas.continua[k];
            continua.rows.push_back({to_string(c.pattern), fmt::format("{}", c.dimension),
                                     c.point.size() <= widest_point ? point(c.point) : "…"});
        }
        section.tables.push_back(continua);
    }
}

void add_cones(ReportSection& section, const ConeReport& report) {
    section.facts = {
        {"cones of equilibria", fmt::format("{}", report.cones.size()),
         fmt::format("of {} sets of active units; beside the origin", report.supports)},
        {"complete", "yes", "every set decided exactly on the stored weights"}};
    if (report.cones.empty()) {
        return;
    }
    const std::size_t shown = std::min(report.cones.size(), table_rows);
    Table cones{fmt::format("{} of {} cones (all in cones.csv)", shown, report.cones.size()),
                {"pattern", "dimension", "a direction of it", "residual", "units that grow off it",
                 "units that decay off it"},
                {}};
    for (std::size_t k = 0; k < shown; ++k) {
        const EquilibriumCone& c = report.cones[k];
        cones.rows.push_back({to_string(c.pattern), fmt::format("{}", c.dimension),
                              c.direction.size() <= widest_point ? point(c.direction) : "…",
                              number(c.residual), fmt::format("{}", c.growing_units),
                              fmt::format("{}", c.decaying_units)});
    }
    section.tables.push_back(cones);
}

void add_settled(ReportSection& section, const SettleResult& settled,
                 const std::vector<GroupClasses>& classes) {
    const auto followed = static_cast<Index>(settled.outcomes.size());
    section.facts.push_back({"inputs that settled, proved", fmt::format("{}", settled.certified),
                             fmt::format("of {}: an invariant box draws them to the equilibrium; "
                                         "the others are within tolerance of it",
                                         settled.count(SettleOutcome::Settled))});
    Table outcomes{fmt::format("How {} inputs ended under the layer map", followed),
                   {"outcome", "inputs", "share ± standard error", "largest last speed"},
                   {}};
    for (const SettleOutcome outcome : settle_outcomes) {
        const Index count = settled.count(outcome);
        if (count == 0 &&
            (outcome == SettleOutcome::OnContinuum || outcome == SettleOutcome::StepLimit)) {
            continue;
        }
        double speed = std::nan("");
        for (std::size_t s = 0; s < settled.outcomes.size(); ++s) {
            if (settled.outcomes[s] == outcome) {
                speed = std::fmax(speed, settled.final_speed[static_cast<Index>(s)]);
            }
        }
        outcomes.rows.push_back({words(to_string(outcome)), fmt::format("{}", count),
                                 percent(proportion(count, followed)), number(speed)});
    }
    section.tables.push_back(outcomes);
    const std::size_t shown = std::min(settled.groups.size(), table_rows);
    Table groups{fmt::format("{} of {} equilibria that inputs settled at, largest share first",
                             shown, settled.groups.size()),
                 {"group", "pattern", "inputs", "share ± standard error", "purity", "main class",
                  "residual", "type", "largest Re λ", "largest |multiplier|", "proved"},
                 {}};
    for (std::size_t k = 0; k < shown; ++k) {
        const Equilibrium& e = settled.groups[k].equilibrium;
        const auto size = static_cast<Index>(settled.groups[k].members.size());
        std::string purity = "–";
        std::string main_class = "–";
        if (k < classes.size()) {
            const std::vector<Index>& by_class = classes[k].by_class;
            purity = fmt::format("{:.1f} %", 100.0 * classes[k].purity);
            main_class = fmt::format(
                "{}", std::max_element(by_class.begin(), by_class.end()) - by_class.begin());
        }
        groups.rows.push_back(
            {fmt::format("{}", k + 1), short_name(e.pattern), fmt::format("{}", size),
             percent(proportion(size, followed)), purity, main_class, number(e.residual),
             words(to_string(e.type)),
             e.flow_eigenvalues.empty() ? "–" : number(e.flow_eigenvalues.front().real()),
             e.multipliers.empty() ? "–" : number(std::abs(e.multipliers.front())),
             yes_no(e.proved)});
    }
    if (shown > 0) {
        section.tables.push_back(groups);
    }
}

void add_recurrence(ReportSection& section, const RecurrentMotion& motion) {
    Table moves{"What starts in the open cube and on the faces that allow recurrence come to",
                {"starts in", "motion in", "motion", "starts", "evidence"},
                {}};
    for (std::size_t k = 0; k < std::min(motion.findings.size(), table_rows); ++k) {
        const MotionFinding& f = motion.findings[k];
        moves.rows.push_back({to_string(f.searched), to_string(f.face), words(to_string(f.motion)),
                              fmt::format("{}", f.starts), f.evidence});
    }
    section.tables.push_back(moves);
    Table cycles{"Heteroclinic cycles of the connections between equilibria",
                 {"order", "in the cube", "why"},
                 {}};
    const ConnectionGraph& graph = motion.connections;
    for (std::size_t k = 0; k < std::min(graph.cycles.size(), table_rows); ++k) {
        cycles.rows.push_back({cycle_text(graph, graph.cycles[k]),
                               words(to_string(graph.cycles[k].stability)),
                               graph.cycles[k].reason});
    }
    if (!cycles.rows.empty()) {
        section.tables.push_back(cycles);
    }
}

ReportSection equilibria_section(const Analysis& analysis) {
    ReportSection section{"equilibria", "Equilibria", Section::Equilibria};
    switch (analysis.equilibria_method) {
        case EquilibriaMethod::Complete:
            section.paragraphs = {
                "Equilibria of the residual flow are the fixed points of the layer map, whatever "
                "its step. A pattern says which units are Low (L), High (H) or Free (F)."};
            break;
        case EquilibriaMethod::Cones:
            section.paragraphs = {
                "The residuals are unbounded and their equations homogeneous: with an equilibrium "
                "every positive multiple of it is one. Beside the origin the equilibria therefore "
                "form cones, one for a set of active units (F, the others L) or none. Every set "
                "was decided exactly on the stored weights."};
            break;
        case EquilibriaMethod::FromData:
            section.paragraphs = {
                "Equilibria were sought by following the data's residuals to rest under the layer "
                "map: a sample. Others may exist, and saddles are not found this way. A pattern "
                "counts the units that are Low (L), High (H) and Free (F)."};
            break;
        case EquilibriaMethod::NotAvailable:
            section.paragraphs = {"Not searched; the notes say why."};
            break;
    }
    if (analysis.atlas) {
        add_atlas(section, *analysis.atlas);
    }
    if (analysis.cones) {
        add_cones(section, *analysis.cones);
    }
    if (analysis.recurrence) {
        add_recurrence(section, *analysis.recurrence);
    }
    if (analysis.settled) {
        add_settled(section, *analysis.settled, analysis.group_classes);
    }
    return section;
}

std::string index_range(const FrustrationIndex& index) {
    return index.is_exact() ? number(index.upper)
                            : number(index.lower) + " to " + number(index.upper);
}

Table pair_table(const InteractionReport& report) {
    Index pairs = 0;
    for (const PairTally& tally : report.pairs) {
        pairs += tally.count;
    }
    Table types{"Pairs of units by type",
                {"type", "pairs", "share", "mean strength", "largest strength"},
                {}};
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const PairTally& tally = report.pairs[k];
        types.rows.push_back(
            {std::string(to_string(pair_types[k])), fmt::format("{}", tally.count),
             pairs == 0 ? "–"
                        : fmt::format("{:.1f} %", 100.0 * static_cast<double>(tally.count) /
                                                      static_cast<double>(pairs)),
             number(tally.mean_strength), number(tally.max_strength)});
    }
    return types;
}

void add_structure(ReportSection& section, const InteractionAnalysis& interaction) {
    Table verdicts{"What the structure of W decides",
                   {"property", "test", "verdict", "margin", "broken by, or proof", "what follows",
                    "what does not", "in the network", "reference"},
                   {}};
    for (const StructureVerdict& v : interaction.structure.verdicts) {
        const std::string network =
            v.network_holds
                ? fmt::format("{}: {}", *v.network_holds ? "kept" : "not kept", v.network_test)
                : v.network_test;
        verdicts.rows.push_back({v.name, v.test, words(to_string(v.status)),
                                 fmt::format("{} ({})", number(v.margin), v.margin_meaning),
                                 v.witness.empty() ? "–" : v.witness,
                                 v.holds() ? v.consequence : "nothing from this test",
                                 v.holds() ? v.non_consequence : "–", network, v.reference});
    }
    section.tables.push_back(verdicts);
    Table checks{"The verdicts held against sampled trajectories",
                 {"law", "from", "clock", "claimed", "kept", "trajectories", "comparisons",
                  "largest violation", "tolerance"},
                 {}};
    for (const StructureCheck& c : interaction.checks) {
        checks.rows.push_back({c.law, c.verdict, c.map ? "layers" : "flow", yes_no(c.claimed),
                               yes_no(c.passed), fmt::format("{}", c.trajectories),
                               fmt::format("{}", c.comparisons), number(c.violation),
                               number(c.tolerance)});
    }
    if (!checks.rows.empty()) {
        section.tables.push_back(checks);
    }
}

void add_energy(ReportSection& section, const EnergyBudget& energy) {
    section.facts.push_back(
        {"energy budget balances", yes_no(energy.balances()),
         fmt::format("largest |ΔE − work − injection| relative to its terms {}, injection outside "
                     "[0, bound] by {}; rounding may reach {}",
                     number(energy.imbalance), number(std::max(0.0, energy.violation)),
                     number(energy.tolerance))});
    Table table{fmt::format("Energy by layer, means of {} inputs ± standard error", energy.samples),
                {"layer n", "E", "ΔE", "symmetric work", "Euler's injection", "its bound"},
                {}};
    const auto with_error = [](double mean, double error) {
        return number(mean) + " ± " + number(error);
    };
    for (Index n = 0; n < energy.work.size(); ++n) {
        table.rows.push_back({fmt::format("{}", n), number(energy.energy[n]),
                              with_error(energy.change[n], energy.change_error[n]),
                              with_error(energy.work[n], energy.work_error[n]),
                              with_error(energy.injection[n], energy.injection_error[n]),
                              number(energy.bound[n])});
    }
    section.tables.push_back(table);
}

ReportSection interaction_section(const InteractionAnalysis& interaction) {
    ReportSection section{"interaction", "Cooperation and competition", Section::Interaction};
    const InteractionReport& report = interaction.pairs;
    section.paragraphs = {
        "w_ij > 0 means that residual j helps residual i grow, w_ij < 0 that it suppresses it. The "
        "verdicts speak of the flow; a column says what of them survives in the layers."};
    section.tables = {pair_table(report)};
    section.facts = {
        {"self-interaction", fmt::format("{} excite themselves", report.self.positive),
         fmt::format("{} inhibit themselves, {} neither", report.self.negative, report.self.zero)},
        {"strongly connected components", fmt::format("{}", interaction.components.members.size()),
         ""}};
    if (!report.camps.empty()) {
        const auto first = std::count(report.camps.begin(), report.camps.end(), 1);
        section.facts.push_back(
            {"camps",
             fmt::format("{} and {} units", first, static_cast<Index>(report.camps.size()) - first),
             ""});
    }
    const Frustration& f = interaction.frustration;
    section.facts.push_back(
        {"frustration, pairs", index_range(f.pairs),
         fmt::format(
             "of {} linked pair{} must change for two camps ({}); {} + − and always must",
             f.linked_pairs, f.linked_pairs == 1 ? "" : "s", words(to_string(f.pairs.proof)),
             f.mixed_pairs == 1 ? std::string("1 is") : fmt::format("{} are", f.mixed_pairs))});
    section.facts.push_back({"frustration, weight", index_range(f.weight),
                             fmt::format("of {} must be removed ({})", number(f.total_weight),
                                         words(to_string(f.weight.proof)))});
    add_structure(section, interaction);
    if (interaction.energy) {
        add_energy(section, *interaction.energy);
    }
    return section;
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
    return section;
}

ReportSection training_section(const std::vector<EpochRecord>& record) {
    ReportSection section{"training", "Training", Section::Training};
    if (record.empty()) {
        section.paragraphs = {"No training record (training.csv) lies beside the model."};
        return section;
    }
    section.paragraphs = {fmt::format(
        "As `resdyn train` recorded it; the last of {} epochs ends at a loss of {} and {} of the "
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
    section.tables = {table};
    return section;
}

}  // namespace

std::string number(double value) {
    if (std::isnan(value)) {
        return "–";
    }
    if (std::isinf(value)) {
        return value > 0 ? "∞" : "−∞";
    }
    const std::string text = fmt::format("{:.4g}", std::abs(value));
    return value < 0 ? "−" + text : text;
}

std::string percent(const Proportion& p) {
    return fmt::format("{:.1f} % ± {:.1f} %", 100.0 * p.value, 100.0 * p.standard_error);
}

std::vector<ReportSection> report_sections(const Analysis& analysis) {
    std::vector<ReportSection> sections = {system_section(analysis.system),
                                           discretisation_section(analysis),
                                           equilibria_section(analysis)};
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
        portrait.paragraphs = {"Drawn for bounded activations with two units only."};
    }
    sections.push_back(portrait);
    sections.push_back(training_section(analysis.record));
    return sections;
}

}  // namespace resdyn::plots
