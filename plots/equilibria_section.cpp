// The report's section on equilibria: the complete list, cones, where inputs settled, recurrence.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "figures/figures.hpp"
#include "report_content.hpp"
#include "results/cycle_results.hpp"
#include "results/equilibrium_fields.hpp"
#include "results/equilibrium_words.hpp"
#include "results/proof_text.hpp"
#include "results/recurrence_results.hpp"
#include "results/report_text.hpp"

namespace resdyn::plots {

using namespace readable;

using namespace figures;

namespace {

Table equilibria_table(const Atlas& atlas) {
    std::vector<EquilibriumRow> order = equilibrium_rows(atlas.equilibria);
    std::stable_sort(order.begin(), order.end(),
                     [](const EquilibriumRow& a, const EquilibriumRow& b) {
                         const SpectralCounts& first = a.equilibrium->spectrum;
                         const SpectralCounts& second = b.equilibrium->spectrum;
                         return first.unstable + first.neutral < second.unstable + second.neutral;
                     });
    order.resize(std::min(order.size(), table_rows));
    TextTable text = equilibrium_fields(false).text(order);
    return {fmt::format("{} of {} isolated equilibria, fewest unstable and neutral directions "
                        "first{}",
                        order.size(), atlas.counts.total,
                        order.size() < static_cast<std::size_t>(atlas.counts.total)
                            ? "; all of them stand in the result files"
                            : ""),
            std::move(text.titles), std::move(text.rows)};
}

void add_atlas(ReportSection& section, const Atlas& atlas) {
    section.facts = {
        {"isolated equilibria", fmt::format("{}", atlas.counts.total),
         fmt::format("{} vertices, {} on faces", atlas.counts.vertices, atlas.counts.faces)},
        {"hyperbolically stable", fmt::format("{}", atlas.counts.stable), "judged on the flow"},
        {"patterns with a singular free block", fmt::format("{}", atlas.singular_patterns),
         fmt::format("{} of them hold a continuum of equilibria", atlas.continua.size())},
        {"complete", yes_no(atlas.complete),
         atlas.complete ? proof_text(atlas.decisions) + ", on the stored weights"
                        : "some patterns stayed undecided"},
    };
    Table counts{"Isolated equilibria by unstable dimension", {"unstable dimension", "count"}, {}};
    for (std::size_t k = 0; k < atlas.counts.by_unstable_dimension.size(); ++k) {
        // Of dimension 0 some may be marginal: no direction grows, yet not every one decays.
        counts.rows.push_back(
            {k == 0 ? fmt::format("0: {} stable, {} marginal", atlas.counts.stable,
                                  atlas.counts.by_unstable_dimension[0] - atlas.counts.stable)
                    : fmt::format("{}", k),
             fmt::format("{}", atlas.counts.by_unstable_dimension[k])});
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

void add_cycles(ReportSection& section, const CycleStudy& study) {
    const Cycles& cycles = study.cycles;
    section.facts.push_back({"faces that can attract", fmt::format("{}", cycles.list.count()),
                             fmt::format("{}; {} searched for motion, {} with free units not",
                                         cycles.list.complete() ? "the list is proved complete"
                                                                : "the list is not complete",
                                         cycles.faces_searched, cycles.faces_not_searched)});
    section.facts.push_back(
        {"cycles found", fmt::format("{} of the network", cycles.cycle_count(Clock::Map)),
         fmt::format("{} of them proved in intervals with their period; {} closed orbits of the "
                     "flow; what no start came to and no flip gave birth to is not excluded",
                     study.proved(), cycles.cycle_count(Clock::Flow))});
    const auto add = [&section](const char* what, const char* file, TextTable text) {
        const std::size_t all = text.rows.size();
        text.rows.resize(std::min(all, table_rows));
        section.tables.push_back(
            {fmt::format("{}{}", what,
                         all > table_rows
                             ? fmt::format(": {} of {} (all in {})", table_rows, all, file)
                             : ""),
             std::move(text.titles), std::move(text.rows)});
    };
    add("What starts on each face that can attract come to", "cycle_faces.csv",
        cycle_face_text(study));
    if (!cycles.flow.empty() || !cycles.network.empty()) {
        add("Rest, cycles, tori and chaos of flow and network; means over a motion beside what "
            "theory allows",
            "cycles.csv", cycle_finding_text(study));
    }
}

}  // namespace

ReportSection equilibria_section(const Analysis& analysis) {
    ReportSection section{"equilibria", "Equilibria", Section::Equilibria};
    switch (analysis.equilibria_method) {
        case EquilibriaSource::Complete:
            section.paragraphs = {
                "Equilibria of the residual flow are the fixed points of the layer map, whatever "
                "its step. A pattern says which units are Low (L), High (H) or Free (F)."};
            break;
        case EquilibriaSource::Cones:
            section.paragraphs = {
                "The residuals are unbounded and their equations homogeneous: with an equilibrium "
                "every positive multiple of it is one. Beside the origin the equilibria therefore "
                "form cones, one for a set of active units (F, the others L) or none. Every set "
                "was decided exactly on the stored weights."};
            break;
        case EquilibriaSource::FromData:
            section.paragraphs = {
                "Equilibria were sought by following the data's residuals to rest under the layer "
                "map: a sample. Others may exist, and saddles are not found this way. A pattern "
                "counts the units that are Low (L), High (H) and Free (F)."};
            break;
        case EquilibriaSource::NotAvailable:
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
    if (analysis.cycles) {
        add_cycles(section, *analysis.cycles);
    }
    if (analysis.settled) {
        add_settled(section, *analysis.settled, analysis.group_classes);
    }
    return section;
}

}  // namespace resdyn::plots
