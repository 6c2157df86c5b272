#include <resdyn/atlas/face_theorem.hpp>

#include <numeric>

namespace resdyn {

std::string_view to_string(RecurrenceVerdict verdict) {
    switch (verdict) {
        case RecurrenceVerdict::NoFace:
            return "no_face";
        case RecurrenceVerdict::SomeFaces:
            return "some_faces";
        case RecurrenceVerdict::NotDecided:
            return "not_decided";
    }
    return "unknown";
}

std::string_view describe(RecurrenceVerdict verdict) {
    switch (verdict) {
        case RecurrenceVerdict::NoFace:
            return "no cycle of the flow is possible in any open face (motion along the boundary "
                   "is "
                   "not excluded)";
        case RecurrenceVerdict::SomeFaces:
            return "recurrence of the flow is possible only on the candidate faces or along the "
                   "boundary";
        case RecurrenceVerdict::NotDecided:
            return "not decided: the atlas is not complete";
    }
    return "unknown";
}

Index RecurrenceReport::candidate_count() const {
    return std::accumulate(candidates_by_dimension.begin(), candidates_by_dimension.end(),
                           Index{0});
}

}  // namespace resdyn
