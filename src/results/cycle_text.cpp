#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "attracting_results.hpp"
#include "cycle_results.hpp"

namespace resdyn {

namespace {

constexpr std::size_t most_faces = 20;
constexpr std::size_t most_findings = 20;  // of either clock

std::string verdict_word(const std::optional<FaceVerdict>& verdict) {
    return verdict ? std::string(to_string(*verdict)) : "not searched";
}

std::string faces_words(const Cycles& cycles) {
    return fmt::format(
        "{} face{} that can attract{}, {} searched{}", cycles.list.count(),
        cycles.list.count() == 1 ? "" : "s", cycles.list.complete() ? "" : " found so far",
        cycles.faces_searched,
        cycles.faces_not_searched > 0
            ? fmt::format(", {} with free units not, beyond the limits of this search",
                          cycles.faces_not_searched)
            : "");
}

std::string face_line(const FaceMotions& face, const EvidenceRate* evidence) {
    std::string text = fmt::format("  {}  ", to_string(face.face.pattern));
    if (face.face.pattern.is_vertex()) {
        text += face.face.is_stable() ? "a stable vertex: one point" : "a vertex: one point";
    } else {
        text += fmt::format("flow: {}, network: {}", verdict_word(face.flow),
                            verdict_word(face.network));
    }
    if (face.face.ties > 0) {
        text += fmt::format("; {} tied", face.face.ties);
    }
    if (!face.flips.empty()) {
        text += fmt::format("; first flip at h = {:.6g}", face.flips.front());
    }
    if (evidence != nullptr && face.face.is_isolated()) {
        text += evidence->is_decided()
                    ? fmt::format("; evidence in the mean for class {}", evidence->best)
                    : std::string("; no class leads in the mean");
    }
    return text + "\n";
}

std::string across_words(double largest, bool any, bool attracts) {
    return fmt::format(
        "{}: {}",
        any ? fmt::format("largest multiplier across the face {:.6g}, exact", largest)
            : std::string("no unit is saturated"),
        attracts ? "attracts in the cube" : "does not attract in the cube");
}

std::string proof_words(const std::optional<CycleProof>& proof) {
    if (!proof) {
        return "too many unknowns to be proved here";
    }
    if (!proof->proved || !proof->minimal) {
        return "not proved: " + proof->reason;
    }
    return fmt::format(
        "proved in intervals: one cycle within {:.1e} of these points, of this "
        "minimal period{}",
        proof->radius,
        proof->attracts_in_cube ? ", which attracts in the cube"
        : proof->attracting     ? ", which attracts within its face"
                                : "");
}

std::string head_words(const Pattern& searched, const Pattern& face, std::string_view motion,
                       Index starts) {
    return fmt::format("from {}{}: {} ({}): ", to_string(searched),
                       face == searched ? "" : " into " + to_string(face), motion,
                       starts > 0 ? fmt::format("{} starts", starts) : "no start");
}

std::string finding_words(const MotionFinding& f) {
    std::string text =
        "  " + head_words(f.searched, f.face, to_string(f.motion), f.starts) + f.evidence + "\n";
    if (f.orbit) {
        double largest = 0.0;
        for (const double rate : f.transverse_rates) {
            largest = std::max(largest, std::exp(f.orbit->period * rate));
        }
        text += fmt::format("     {}\n",
                            across_words(largest, !f.transverse_rates.empty(), f.attracts_in_cube));
    }
    return text;
}

std::string finding_words(const MapFinding& f, const std::optional<CycleProof>& proof) {
    std::string text =
        "  " + head_words(f.searched, f.face, to_string(f.motion), f.starts) + f.evidence + "\n";
    if (!f.cycle) {
        return text;
    }
    const MapCycle& cycle = *f.cycle;
    double largest = 0.0;
    for (const double m : cycle.transverse_multipliers) {
        largest = std::max(largest, m);
    }
    if (cycle.mean_error >= 0) {
        text += fmt::format(
            "     the mean of y is y* of the face to {:.1e} (at most {:.1e}); {}\n",
            cycle.mean_error, cycle.mean_bound,
            across_words(largest, !cycle.transverse_multipliers.empty(), cycle.attracts_in_cube));
    }
    return text + fmt::format("     {}\n", proof_words(proof));
}

}  // namespace

std::string short_summary(const CycleStudy& study) {
    const Cycles& cycles = study.cycles;
    std::map<FaceVerdict, Index> seen;
    for (const FaceMotions& face : cycles.faces) {
        const auto worst = std::max(face.flow.value_or(FaceVerdict::Settles),
                                    face.network.value_or(FaceVerdict::Settles));
        seen[worst] += face.searched ? 1 : 0;
    }
    return fmt::format(
        "what never rests: {}; {} closed orbits of the flow, {} cycles of the network ({} proved), "
        "chaos on {} faces, tori on {}, {} undecided\n",
        faces_words(cycles), cycles.cycle_count(Clock::Flow), cycles.cycle_count(Clock::Map),
        study.proved(), seen[FaceVerdict::Chaotic], seen[FaceVerdict::TorusLike],
        seen[FaceVerdict::Undecided]);
}

std::string summary(const CycleStudy& study) {
    const Cycles& cycles = study.cycles;
    std::string text = describe(cycles.list) + "\n" + faces_words(cycles) + "\n";
    for (std::size_t k = 0; k < std::min(cycles.faces.size(), most_faces); ++k) {
        text += face_line(cycles.faces[k], study.evidence.empty() ? nullptr : &study.evidence[k]);
    }
    if (cycles.faces.size() > most_faces) {
        text += fmt::format("  {} more in faces.csv\n", cycles.faces.size() - most_faces);
    }
    if (study.searched.flow) {
        text += fmt::format("flow: {} closed orbit{}\n", cycles.cycle_count(Clock::Flow),
                            cycles.cycle_count(Clock::Flow) == 1 ? "" : "s");
        for (std::size_t k = 0; k < std::min(cycles.flow.size(), most_findings); ++k) {
            text += finding_words(cycles.flow[k]);
        }
    }
    if (study.searched.network) {
        text += fmt::format("network: {} cycle{}, {} proved\n", cycles.cycle_count(Clock::Map),
                            cycles.cycle_count(Clock::Map) == 1 ? "" : "s", study.proved());
        for (std::size_t k = 0; k < std::min(cycles.network.size(), most_findings); ++k) {
            text += finding_words(cycles.network[k], study.proofs[k]);
        }
    }
    if (std::max(cycles.flow.size(), cycles.network.size()) > most_findings) {
        text += "  more in cycles.csv\n";
    }
    return text +
           "on every motion listed the network gathers h V y* a layer in the mean, y* of its face\n"
           "what neither a start came to nor a flip gave birth to is not excluded by this search\n";
}

}  // namespace resdyn
