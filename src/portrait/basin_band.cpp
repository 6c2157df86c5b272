#include "basin_band.hpp"

#include <resdyn/core/error.hpp>

#include "work/task_bytes.hpp"

namespace resdyn {

namespace {

void write(TaskWriter& writer, const BasinAttractor& place) {
    writer.add_text(to_string(place.pattern));
    writer.add(place.is_continuum ? 1 : 0);
    writer.add(place.proved ? 1 : 0);
    writer.add(static_cast<std::uint64_t>(place.type));
    writer.add(static_cast<std::uint64_t>(place.members));
    for (const double y : place.y) {
        writer.add_double(y);
    }
}

BasinAttractor read_place(TaskReader& reader) {
    BasinAttractor place;
    place.pattern = pattern_from_string(reader.next_text());
    place.is_continuum = reader.next() != 0;
    place.proved = reader.next() != 0;
    place.type = static_cast<EquilibriumType>(reader.next());
    place.members = reader.next_index();
    place.y.resize(place.pattern.size());
    for (double& y : place.y) {
        y = reader.next_double();
    }
    return place;
}

}  // namespace

BasinBand::BasinBand(std::string_view bytes) {
    TaskReader reader(bytes);
    for (std::uint64_t left = reader.next(); left > 0; --left) {
        places.push_back(read_place(reader));
    }
    const auto most = static_cast<Index>(places.size());
    for (std::uint64_t run = reader.next(); run > 0; run = reader.next()) {
        const Index label = reader.next_signed();
        if (label < lowest_label || label >= most) {
            reject_input("task", "a label of the map", std::to_string(label));
        }
        labels.insert(labels.end(), run, static_cast<int>(label));
    }
    certified = reader.next_index();
    by_proof = reader.next_index();
    proof = reader.next_text();
    reader.end();
}

std::string BasinBand::bytes() const {
    TaskWriter writer;
    writer.add(places.size());
    for (const BasinAttractor& place : places) {
        write(writer, place);
    }
    // Neighbours mostly share their label: runs of it.
    for (std::size_t begin = 0, end = 0; begin < labels.size(); begin = end) {
        while (end < labels.size() && labels[end] == labels[begin]) {
            ++end;
        }
        writer.add(end - begin);
        writer.add_signed(labels[begin]);
    }
    writer.add(0);
    writer.add(static_cast<std::uint64_t>(certified));
    writer.add(static_cast<std::uint64_t>(by_proof));
    writer.add_text(proof);
    return writer.take();
}

}  // namespace resdyn
