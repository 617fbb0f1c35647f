#include <gtest/gtest.h>

#include <algorithm>

#include "protocol/websocket.h"

namespace tillcast::protocol {
namespace {

HttpRequest opening() {
  HttpRequest request;
  request.method = "GET";
  request.target = "/chat";
  request.headers = {{"host", "server.example.com"},
                     {"upgrade", "websocket"},
                     {"connection", "keep-alive, Upgrade"},
                     {"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="},
                     {"sec-websocket-version", "13"}};
  return request;
}

void set(HttpRequest& request, std::string_view name, std::string value) {
  for (HttpHeader& header : request.headers) {
    if (header.name == name) header.value = value;
  }
}

void remove(HttpRequest& request, std::string_view name) {
  auto& headers = request.headers;
  headers.erase(std::remove_if(headers.begin(), headers.end(),
                               [&](const HttpHeader& header) { return header.name == name; }),
                headers.end());
}

int refusal(const HttpRequest& request) {
  const auto checked = check_upgrade(request);
  return checked ? 0 : checked.error().status;
}

TEST(Handshake, accepts_the_example_of_rfc_6455) {
  const auto handshake = check_upgrade(opening());
  ASSERT_TRUE(handshake.has_value());
  EXPECT_EQ(handshake->accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  std::string out;
  ASSERT_TRUE(write_response(out, upgrade_response(*handshake), true, false, ""));
  EXPECT_EQ(out,
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
}

TEST(Handshake, refuses_extensions_that_are_no_list) {
  for (const std::string_view bad :
       {";", "a;", "a; =1", "a; b=", "a; b=\"1", "a; b=\"1 2\"", "a b", "a; b=1=2", "é"}) {
    HttpRequest request = opening();
    request.headers.push_back({"sec-websocket-extensions", std::string(bad)});
    EXPECT_EQ(refusal(request), 400) << bad;
  }
  for (const std::string_view good : {"", "a", "a, , b", "a;b;c=\"d\" , e"}) {
    HttpRequest request = opening();
    request.headers.push_back({"sec-websocket-extensions", std::string(good)});
    EXPECT_EQ(refusal(request), 0) << good;
  }
}

TEST(Handshake, lists_offered_protocols_and_extensions) {
  HttpRequest request = opening();
  request.headers.push_back({"sec-websocket-protocol", "chat, superchat"});
  request.headers.push_back({"sec-websocket-protocol", "third"});
  request.headers.push_back({"sec-websocket-extensions", "permessage-deflate; x=1;y=\"2\"; z"});
  request.headers.push_back({"sec-websocket-extensions", "other"});
  const auto handshake = check_upgrade(request);
  ASSERT_TRUE(handshake.has_value());
  EXPECT_EQ(handshake->protocols, (std::vector<std::string>{"chat", "superchat", "third"}));
  std::string extensions;
  for (const Extension& extension : handshake->extensions) {
    extensions += extension.name + "(";
    for (const auto& [name, value] : extension.parameters) {
      extensions += name + "=" + value.value_or("none") + " ";
    }
    extensions += ")";
  }
  EXPECT_EQ(extensions, "permessage-deflate(x=1 y=2 z=none )other()");
  const HttpResponse response = upgrade_response(*handshake, "superchat");
  EXPECT_EQ(response.headers.back().second, "superchat");
}

TEST(Handshake, refuses_what_is_no_opening_of_a_websocket) {
  HttpRequest request = opening();
  request.method = "POST";
  EXPECT_EQ(refusal(request), 400);
  request = opening();
  request.minor_version = 0;
  EXPECT_EQ(refusal(request), 400);
  request = opening();
  request.body = "x";
  EXPECT_EQ(refusal(request), 400);
  for (const std::string_view name : {"upgrade", "connection", "sec-websocket-key"}) {
    request = opening();
    remove(request, name);
    EXPECT_EQ(refusal(request), 400) << name;
    request = opening();
    set(request, name, "h2c");
    EXPECT_EQ(refusal(request), 400) << name;
  }
}

TEST(Handshake, refuses_keys_that_are_not_16_bytes_or_not_alone) {
  for (const std::string_view key :
       {"", "c2hvcnQ=", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZSE=",
        "dGhlIHNhbXBsZSBub25j ZQ=", "!!!!!!!!!!!!!!!!!!!!!!=="}) {
    HttpRequest request = opening();
    set(request, "sec-websocket-key", std::string(key));
    EXPECT_EQ(refusal(request), 400) << key;
  }
  HttpRequest request = opening();
  request.headers.push_back({"sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="});
  EXPECT_EQ(refusal(request), 400);
  request = opening();
  request.headers.push_back({"sec-websocket-protocol", "a, ,b"});
  EXPECT_EQ(refusal(request), 400);
}

TEST(Handshake, answers_another_version_with_426_and_its_own) {
  for (const std::string_view version : {"12", "8", "13, 8", "x"}) {
    HttpRequest request = opening();
    set(request, "sec-websocket-version", std::string(version));
    EXPECT_EQ(refusal(request), 426) << version;
  }
  HttpRequest request = opening();
  remove(request, "sec-websocket-version");
  const auto checked = check_upgrade(request);
  ASSERT_FALSE(checked.has_value());
  const HttpResponse response = upgrade_refusal(checked.error());
  EXPECT_EQ(response.status, 426);
  const std::pair<std::string, std::string> expected{"Sec-WebSocket-Version", "13"};
  EXPECT_EQ(response.headers.back(), expected);
}

TEST(Handshake, is_recognised_whatever_its_faults) {
  HttpRequest request = opening();
  remove(request, "connection");
  EXPECT_TRUE(wants_websocket(request));
  remove(request, "upgrade");
  EXPECT_FALSE(wants_websocket(request));
}

}  // namespace
}  // namespace tillcast::protocol
