// What `resdyn equilibria` says of atlas, stable equilibria, attracting faces and motion.
#include "equilibria_summary.hpp"
#include "attracting_results.hpp"
#include "equilibrium_words.hpp"
#include "proof_text.hpp"
#include "recurrence_results.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace resdyn {

namespace {

constexpr std::size_t printed = 40;
constexpr std::size_t printed_cycles = 12;
constexpr std::size_t printed_findings = 60;

void tell_face_theorem(TextEnd out, const RecurrenceReport& report) {
    say(out, "face theorem: {}\n", describe(report.verdict));
    say(out,
        "  candidates: {} open faces of dimension >= 2 ({} planes ruled out by a saddle's "
        "index, {} by divergence)",
        report.candidate_count(), report.excluded_saddle_planes, report.excluded_divergent_planes);
    constexpr std::size_t named = 8;
    for (std::size_t k = 0; k < std::min(report.candidates.size(), named); ++k) {
        say(out, "{} {}", k == 0 ? ":" : ",", pattern_text(report.candidates[k]));
    }
    say(out, "{}\n", report.candidate_count() > static_cast<Index>(named) ? ", …" : "");
}

void tell_index(TextEnd out, const IndexCheck& check) {
    if (!check.applies) {
        say(out,
            "index check: does not apply ({} tied equilibria on the stable side, or continua, "
            "or not complete); sum {}\n",
            check.tied, check.sum);
    } else if (check.origin_index) {
        say(out, "index check: sum {} without the origin, whose index is therefore {}\n", check.sum,
            *check.origin_index);
    } else {
        say(out, "index check: sum {}, must be 1: {}\n", check.sum,
            check.holds ? "holds" : "VIOLATED");
    }
}

/// The first ones of a list, with their margins.
void tell_list(TextEnd out, const std::vector<Equilibrium>& equilibria,
               const std::vector<double>& margins) {
    for (std::size_t k = 0; k < std::min(equilibria.size(), printed); ++k) {
        say(out, "{}", equilibrium_line(equilibria[k], margins[k]));
    }
}

VerdictNotes notes_of(const EquilibriaStudy& study, const ListedVerdicts& verdicts) {
    VerdictNotes notes = resdyn::notes_of(verdicts);
    notes.whole = study.whole ? &*study.whole : nullptr;
    return notes;
}

void tell_atlas(TextEnd out, const EquilibriaStudy& study) {
    const Atlas& atlas = study.atlas->atlas;
    const AtlasCounts& counts = atlas.counts;
    say(out, "{}\n",
        atlas.complete ? "complete: every pattern was decided"
                       : "not complete: interrupted, what follows was decided before");
    say(out, "{}", attraction_line(atlas.origin));
    // Stable needs every direction to decay; where none grows but some does not decay, a count by
    // unstable dimension alone would say more than is so.
    say(out, "{} isolated equilibria: {} vertices, {} on faces; {} stable, {} marginal\n",
        counts.total, counts.vertices, counts.faces, counts.stable,
        counts.by_unstable_dimension[0] - counts.stable);
    tell_list(out, atlas.equilibria, study.atlas->verdicts.margins);
    for (std::size_t k = 0; k < std::min(atlas.continua.size(), printed); ++k) {
        const Continuum& c = atlas.continua[k];
        say(out,
            "  {}  continuum of dimension {} through y = ({}); across it {} unstable, {} "
            "stable, {} neutral\n",
            pattern_text(c.pattern), c.dimension, point_text(c.point), c.transverse.unstable,
            c.transverse.stable, c.transverse.neutral);
    }
    if (atlas.not_listed > 0) {
        say(out, "{} more are counted, not listed\n", atlas.not_listed);
    }
    std::string dimensions;
    for (std::size_t k = 1; k < counts.by_unstable_dimension.size(); ++k) {
        if (counts.by_unstable_dimension[k] > 0) {
            dimensions +=
                fmt::format("{} {} of unstable dimension {}", dimensions.empty() ? ":" : ",",
                            counts.by_unstable_dimension[k], k);
        }
    }
    say(out, "{} unstable{}\n", counts.total - counts.by_unstable_dimension[0], dimensions);
    say(out, "{} patterns with a singular free block, {} of them hold a continuum\n",
        atlas.singular_patterns, atlas.continua_found);
    say(out,
        "faces that can attract (no saturated unit leaves its level): {} (isolated equilibria: "
        "{}, continua: {})\n",
        counts.not_transversally_unstable + atlas.attracting_continua,
        counts.not_transversally_unstable, atlas.attracting_continua);
    tell_face_theorem(out, atlas.recurrence);
    if (atlas.origin) {
        say(out, "{}", origin_line(*atlas.origin));
    }
    tell_index(out, atlas.index);
    say(out, "{}{} patterns, {}\n", notes_text(notes_of(study, study.atlas->verdicts)),
        atlas.decisions.patterns, proof_text(atlas.decisions));
}

void tell_directions(TextEnd out, const std::optional<OriginDirections>& directions) {
    if (directions) {
        say(out, "{}\n", describe(*directions));
    }
}

void tell_work(TextEnd out, const SearchWork& work) {
    say(out,
        "{} nodes: {} excluded by one row, {} by several, {} by the trace; {} patterns decided; "
        "{}\n",
        work.nodes, work.excluded_by_row, work.excluded_by_rows, work.excluded_by_trace,
        work.leaves, proof_text(work));
}

void tell_stable(TextEnd out, const EquilibriaStudy& study) {
    const StableAnswer& answer = *study.stable;
    const StableSearch& search = answer.search;
    say(out, "{}\n",
        search.by_signs     ? "complete: decided by the signs of W (logistic, no negative weight)"
        : search.complete() ? "complete: every pattern was decided or excluded"
        : search.end == SearchEnd::BudgetSpent
            ? "not complete: the limit of nodes was reached (--method stable "
              "--max-nodes); others may exist"
            : "not complete: interrupted; others may exist");
    say(out, "{}", attraction_line(search.origin));
    say(out,
        "{} {}: {} vertices, {} on faces; {} marginal (no unstable direction, not hyperbolic)\n",
        search.stable(),
        answer.vertices_only ? "stable vertices (graded equilibria were not looked for)"
                             : "stable equilibria",
        search.stable_vertices, search.stable_faces, search.marginal);
    tell_list(out, search.equilibria, answer.verdicts.margins);
    if (!search.all_listed()) {
        say(out, "{} of them listed (--max-listed)\n", search.equilibria.size());
    }
    if (search.origin) {
        say(out, "{}", origin_line(*search.origin));
    }
    say(out, "{}", notes_text(notes_of(study, answer.verdicts)));
    if (!search.by_signs) {
        tell_work(out, search.work);
    }
}

std::string inside_text(const AttractingFace& face) {
    if (face.pattern.is_vertex()) {
        return "vertex";
    }
    return fmt::format("{}, inside {} unstable, {} neutral, {} stable",
                       face.is_isolated()
                           ? to_string(equilibrium_type(face.inside))
                           : fmt::format("continuum of dimension {}", face.dimension),
                       face.inside.unstable, face.inside.neutral, face.inside.stable);
}

void tell_face(TextEnd out, const AttractingFace& face, const EvidenceRate* evidence) {
    say(out, "  {}  {}; {}; y = ({})", pattern_text(face.pattern), inside_text(face),
        face.ties > 0 ? fmt::format("{} saturated units tied", face.ties)
                      : fmt::format("λ of saturated units ≤ {:.3g}", -face.transverse_margin),
        point_text(face.y));
    if (evidence != nullptr && face.is_isolated()) {
        say(out, "; {}",
            evidence->is_decided() ? fmt::format("class {} (evidence leads by {:.3g} a layer)",
                                                 evidence->best, evidence->margin)
                                   : "no class: the evidence of the first two is equal");
    }
    say(out, "\n");
}

void tell_attracting(TextEnd out, const AttractingAnswer& answer) {
    const AttractingFaces& search = answer.search;
    say(out, "{}\n",
        search.complete() ? "complete: every pattern decided or excluded by proof"
        : search.end == SearchEnd::BudgetSpent
            ? "not complete: --max-nodes was reached; others may exist"
            : "not complete: interrupted; others may exist");
    say(out, "faces that can attract{}: {} (isolated equilibria: {}, continua: {})\n",
        search.complete() ? "" : ", found so far", search.count(), search.isolated,
        search.continua);
    say(out, "{}\n", describe(search));
    tell_work(out, search.work);
    for (std::size_t k = 0; k < std::min(search.faces.size(), printed); ++k) {
        tell_face(out, search.faces[k], answer.evidence.empty() ? nullptr : &answer.evidence[k]);
    }
    if (!search.all_listed()) {
        say(out, "{} of them listed (--max-listed)\n", search.faces.size());
    }
    if (answer.growth) {
        say(out, "{}\n", describe(*answer.growth));
    }
}

void tell_graph(TextEnd out, const ConnectionGraph& graph) {
    say(out, "connections: {} between {} equilibria ({} runs, of which {} did not come to rest",
        graph.connections.size(), graph.nodes.size(), graph.runs, graph.unresolved_runs);
    if (graph.equilibria_left_out > 0) {
        say(out, "; {} equilibria not followed", graph.equilibria_left_out);
    }
    say(out, ")\nheteroclinic cycles: {}{}\n", graph.cycles.size(),
        graph.all_cycles ? "" : ", and more that are not listed");
    for (std::size_t k = 0; k < std::min(graph.cycles.size(), printed_cycles); ++k) {
        const HeteroclinicCycle& cycle = graph.cycles[k];
        say(out, "  {}  {}{}: {}\n", k + 1, cycle_text(graph, cycle), cycle.exact ? ", exact" : "",
            to_string(cycle.stability));
        say(out, "     {}{}\n", cycle.reason,
            cycle.krupa_melbourne != 0
                ? fmt::format("; Krupa-Melbourne product {:.6g}", cycle.krupa_melbourne)
                : "");
    }
}

void tell_motion(TextEnd out, const RecurrentMotion& motion) {
    say(out, "{}; {} face{} searched{}\n",
        motion.on_list ? std::string("on the faces that can attract, with two free units or more")
                       : fmt::format("face theorem: {}", describe(motion.face_theorem.verdict)),
        motion.faces_searched, motion.faces_searched == 1 ? "" : "s",
        motion.faces_not_searched > 0
            ? fmt::format(", {} candidates not", motion.faces_not_searched)
            : "");
    if (motion.on_list) {
        say(out, "heteroclinic cycles are not looked for at this size\n");
    } else {
        tell_graph(out, motion.connections);
    }
    for (std::size_t k = 0; k < std::min(motion.findings.size(), printed_findings); ++k) {
        const MotionFinding& f = motion.findings[k];
        say(out, "from {}{}: {} ({} starts): {}\n", to_string(f.searched),
            f.face == f.searched ? "" : " into " + to_string(f.face), to_string(f.motion), f.starts,
            f.evidence);
        if (f.orbit && !f.transverse_rates.empty()) {
            say(out, "     across its face the largest mean rate is {:.6g}: {}\n",
                *std::max_element(f.transverse_rates.begin(), f.transverse_rates.end()),
                f.attracts_in_cube ? "attracts in the cube" : "does not attract in the cube");
        }
    }
    say(out, "what the starts did not come to is not excluded by this search\n");
}

}  // namespace

std::string summary(const EquilibriaStudy& study) {
    std::string text;
    const TextEnd out(text);
    if (study.recurrence) {
        if (study.attracting) {
            tell_attracting(out, *study.attracting);
        }
        tell_motion(out, *study.recurrence);
    } else if (study.method == EquilibriaMethod::Recurrence) {
        say(out, "interrupted before any start was followed\n");
    } else if (study.atlas) {
        tell_atlas(out, study);
        tell_directions(out, study.atlas->directions);
    } else if (study.stable) {
        tell_stable(out, study);
        tell_directions(out, study.stable->directions);
    } else if (study.attracting) {
        tell_attracting(out, *study.attracting);
    } else if (study.settled) {
        tell_settled(out, *study.settled);
    } else if (study.roots) {
        tell_roots(out, *study.roots);
    }
    const bool said = study.atlas || study.stable || study.attracting;
    if (study.interrupted && (study.recurrence || !said)) {
        say(out, "interrupted: what is told here was found before\n");
    }
    return text;
}

}  // namespace resdyn
