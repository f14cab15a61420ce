#include "worker/programs/watershed/tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>

namespace freshet::watershed {

const char* to_string(Side side) noexcept {
    switch (side) {
    case Side::top:
        return "top";
    case Side::left:
        return "left";
    case Side::right:
        return "right";
    }
    return "";
}

std::string hillslopes_csv(const Abstraction& abstraction) {
    std::string text = "topaz_id,slope_scalar,length,width,aspect,area,elevation,centroid_x,centroid_y,"
                       "channel_id,side,longest_flow_path,length_rule\n";
    for (const Hillslope& h : abstraction.hillslopes) {
        fmt::format_to(std::back_inserter(text),
            "{},{:.6f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{},{},{:.3f},{}\n", h.id,
            h.profile.mean_slope(), h.length, h.width, h.aspect, h.place.area, h.place.elevation, h.place.x,
            h.place.y, h.channel_id, to_string(h.side), h.longest_path,
            h.length_rule == LengthRule::channel ? "channel" : "flow_path");
    }
    return text;
}

std::string channels_csv(const Abstraction& abstraction) {
    std::string text = "topaz_id,slope_scalar,length,width,aspect,area,elevation,centroid_x,centroid_y,order,"
                       "downstream_id,drained_area,top_elevation,drop\n";
    for (const Channel& c : abstraction.channels) {
        fmt::format_to(std::back_inserter(text),
            "{},{:.6f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{:.3f},{},{},{:.3f},{:.3f},{:.3f}\n", c.id,
            c.drop / c.length, c.length, c.width, c.aspect, c.place.area, c.place.elevation, c.place.x,
            c.place.y, c.order, c.downstream, c.drained_area, c.top_elevation, c.drop);
    }
    return text;
}

std::string network_text(const Abstraction& abstraction) {
    std::string text;
    for (const Channel& channel : abstraction.channels) {
        if (channel.upstream.empty()) continue;
        fmt::format_to(std::back_inserter(text), "{}|{}\n", channel.id, fmt::join(channel.upstream, ","));
    }
    return text;
}

} // namespace freshet::watershed
