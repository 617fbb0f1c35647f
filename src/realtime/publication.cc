#include "realtime/publication.h"

#include <string_view>

namespace tillcast::realtime {

void append_event_array(std::string& out, const Publication& publication, EventPlace place,
                        const std::string* epoch) {
  const std::string_view array = publication.event_json;
  if (epoch == nullptr) {
    out.append(array);
  } else if (place.lsn > 0) {
    out.append(array.substr(0, array.size() - 1)).append(",\"").append(*epoch).append(":");
    out.append(std::to_string(place.lsn)).append(":").append(std::to_string(place.index));
    out.append("\"]");
  } else if (array.ends_with("\"]")) {
    out.append(array.substr(0, array.size() - 1)).append(",null]");
  } else {
    out.append(array);
  }
}

}  // namespace tillcast::realtime
