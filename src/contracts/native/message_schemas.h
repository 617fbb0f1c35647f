// The JSON Schemas of what is no record of the schema table: request bodies, answers and live
// messages of the native contract. Constants; any thread.
#pragma once

#include <string_view>

namespace tillcast::contracts {

/// One JSON object of schemas by name, for OpenAPI and AsyncAPI alike.
inline constexpr std::string_view kMessageSchemas = R"json({
  "Problem": {
    "description": "Why something was refused (RFC 9457). `code` is stable.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
      "type": {"type": "string"},
      "title": {"type": "string"},
      "status": {"type": "integer", "minimum": 400, "maximum": 599},
      "code": {"type": "string", "pattern": "^[a-z0-9_]+$"},
      "detail": {"type": "string"},
      "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
      "current": {"description": "With version_conflict, the record as it is now.", "type": "object"},
      "items": {
        "description": "With out_of_stock, what is short.",
        "type": "array",
        "items": {"$ref": "#/components/schemas/ShortItem"}
      },
      "reason": {
        "description": "With reset, why.",
        "type": "string",
        "enum": ["other_epoch", "too_old", "ahead", "bulk"]
      }
    }
  },
  "FieldError": {
    "type": "object",
    "required": ["field", "code", "detail"],
    "properties": {
      "field": {"type": "string"},
      "code": {"type": "string"},
      "detail": {"type": "string"}
    }
  },
  "ShortItem": {
    "type": "object",
    "required": ["product_id", "name", "requested", "available"],
    "properties": {
      "product_id": {"type": "string"},
      "name": {"type": "string"},
      "requested": {"type": "integer"},
      "available": {"type": "integer"}
    }
  },
  "Credentials": {
    "description": "E-mail address and password, or the token of an issuer that this server takes.",
    "type": "object",
    "properties": {
      "email": {"type": "string"},
      "password": {"type": "string"},
      "id_token": {"type": "string"}
    }
  },
  "RefreshToken": {
    "type": "object",
    "properties": {"refresh_token": {"type": "string"}}
  },
  "PasswordChange": {
    "type": "object",
    "required": ["current_password", "new_password"],
    "properties": {
      "current_password": {"type": "string"},
      "new_password": {"type": "string", "maxLength": 200}
    }
  },
  "SignIn": {
    "type": "object",
    "required": ["user", "access_token", "expires_in_s"],
    "properties": {
      "user": {"$ref": "#/components/schemas/User"},
      "access_token": {"type": "string"},
      "refresh_token": {"type": "string"},
      "expires_in_s": {"type": "integer", "minimum": 0}
    }
  },
  "Me": {
    "type": "object",
    "required": ["user", "shops"],
    "properties": {
      "user": {"$ref": "#/components/schemas/User"},
      "shops": {
        "type": "array",
        "items": {
          "type": "object",
          "required": ["shop_id", "role", "shop"],
          "properties": {
            "shop_id": {"type": "string"},
            "role": {"type": "string", "enum": ["owner", "staff"]},
            "shop": {"$ref": "#/components/schemas/Shop"}
          }
        }
      }
    }
  },
  "NewMember": {
    "description": "Whom: by e-mail address or by id.",
    "type": "object",
    "properties": {
      "email": {"type": "string"},
      "user": {"type": "string"},
      "role": {"type": "string", "enum": ["owner", "staff"], "default": "staff"}
    }
  },
  "ItemLine": {
    "type": "object",
    "required": ["product", "quantity"],
    "additionalProperties": false,
    "properties": {
      "product": {"type": "string"},
      "quantity": {"type": "integer", "minimum": 1, "maximum": 10000}
    }
  },
  "CartLines": {
    "type": "object",
    "required": ["items"],
    "additionalProperties": false,
    "properties": {
      "items": {
        "type": "array",
        "maxItems": 100,
        "items": {"$ref": "#/components/schemas/ItemLine"}
      }
    }
  },
  "OrderRequest": {
    "type": "object",
    "required": ["shop", "items"],
    "additionalProperties": false,
    "properties": {
      "shop": {"type": "string"},
      "address": {"type": "string", "minLength": 1, "maxLength": 500},
      "items": {
        "type": "array",
        "minItems": 1,
        "maxItems": 100,
        "items": {"$ref": "#/components/schemas/ItemLine"}
      }
    }
  },
  "Import": {
    "description": "Rows as `tillcast export` writes them, or products as CSV.",
    "oneOf": [
      {
        "type": "object",
        "required": ["rows"],
        "additionalProperties": false,
        "properties": {
          "rows": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["kind"],
              "properties": {"kind": {"type": "string"}}
            }
          }
        }
      },
      {
        "type": "object",
        "required": ["csv"],
        "additionalProperties": false,
        "properties": {"csv": {"type": "string"}}
      }
    ]
  },
  "Seed": {
    "type": "object",
    "additionalProperties": false,
    "properties": {
      "count": {"type": "integer", "minimum": 0},
      "reviews": {"description": "Of each product.", "type": "integer", "minimum": 0},
      "categories": {"type": "array", "items": {"type": "string"}},
      "seed": {"description": "Another number gives other products.", "type": "integer", "minimum": 0}
    }
  },
  "Imported": {
    "type": "object",
    "required": ["rows"],
    "properties": {"rows": {"type": "integer", "minimum": 0}}
  },
  "Backup": {
    "type": "object",
    "required": ["file"],
    "properties": {"file": {"description": "In the folder of backups.", "type": "string"}}
  },
  "Position": {
    "description": "EPOCH:LSN, a place in one history of the data.",
    "type": "string",
    "pattern": "^[^:]+:[0-9]+$"
  },
  "Room": {
    "type": "string",
    "pattern": "^(market|admin|(shop|desk|user):[0-9A-Za-z_-]{1,64})$"
  },
  "RoomSnapshot": {
    "type": "object",
    "required": ["room", "position", "records"],
    "properties": {
      "room": {"$ref": "#/components/schemas/Room"},
      "position": {"$ref": "#/components/schemas/Position"},
      "records": {"$ref": "#/components/schemas/RecordsByKind"},
      "next_cursor": {"type": "string"}
    }
  },
  "RoomChanges": {
    "type": "object",
    "required": ["changes", "position"],
    "properties": {
      "changes": {"type": "array", "items": {"$ref": "#/components/schemas/Change"}},
      "position": {"$ref": "#/components/schemas/Position"}
    }
  },
  "Change": {
    "description": "One change as its room sees it: `created` has the record, `updated` a patch (RFC 7396).",
    "type": "object",
    "required": ["room", "lsn", "prev", "kind", "op", "id", "version", "at"],
    "properties": {
      "room": {"$ref": "#/components/schemas/Room"},
      "lsn": {"type": "integer", "minimum": 1},
      "prev": {"description": "The lsn before it in this room.", "type": "integer", "minimum": 0},
      "kind": {"type": "string"},
      "op": {"type": "string", "enum": ["created", "updated", "deleted"]},
      "id": {"type": "string"},
      "version": {"type": "integer", "minimum": 1},
      "at": {"type": "string", "format": "date-time"},
      "record": {"type": "object"},
      "patch": {"type": "object"},
      "by": {"description": "Who caused it; in desk, user and admin rooms.", "type": "string"}
    },
    "oneOf": [
      {"properties": {"op": {"const": "created"}}, "required": ["record"]},
      {"properties": {"op": {"const": "updated"}}, "required": ["patch"]},
      {"properties": {"op": {"const": "deleted"}}}
    ]
  },
  "Join": {
    "type": "object",
    "required": ["room"],
    "properties": {
      "room": {"$ref": "#/components/schemas/Room"},
      "since": {"$ref": "#/components/schemas/Position"}
    }
  },
  "Joined": {
    "type": "object",
    "required": ["room", "position", "resumed"],
    "properties": {
      "room": {"$ref": "#/components/schemas/Room"},
      "position": {"$ref": "#/components/schemas/Position"},
      "resumed": {"type": "boolean"}
    }
  },
  "Leave": {
    "type": "object",
    "required": ["room"],
    "properties": {"room": {"$ref": "#/components/schemas/Room"}}
  },
  "Auth": {
    "type": "object",
    "required": ["token"],
    "properties": {"token": {"type": "string"}}
  },
  "Authenticated": {
    "type": "object",
    "required": ["user", "expires_in_s"],
    "properties": {
      "user": {"$ref": "#/components/schemas/User"},
      "expires_in_s": {"type": "integer"}
    }
  },
  "Refused": {
    "type": "object",
    "required": ["error"],
    "properties": {
      "error": {
        "type": "object",
        "required": ["code", "detail"],
        "properties": {"code": {"type": "string"}, "detail": {"type": "string"}}
      }
    }
  },
  "Reset": {
    "description": "The room cannot be resumed: fetch its snapshot.",
    "type": "object",
    "required": ["room", "reason"],
    "properties": {
      "room": {"$ref": "#/components/schemas/Room"},
      "reason": {"type": "string", "enum": ["other_epoch", "too_old", "ahead", "bulk"]}
    }
  },
  "Left": {
    "description": "The room may no longer be seen: drop the copy.",
    "type": "object",
    "required": ["room", "code"],
    "properties": {"room": {"$ref": "#/components/schemas/Room"}, "code": {"type": "string"}}
  },
  "Expiring": {
    "type": "object",
    "required": ["in_s"],
    "properties": {"in_s": {"type": "integer"}}
  },
  "Error": {
    "description": "Why the server ends this connection.",
    "type": "object",
    "required": ["code", "detail"],
    "properties": {"code": {"type": "string"}, "detail": {"type": "string"}}
  },
  "Health": {
    "type": "object",
    "required": ["status"],
    "properties": {"status": {"type": "string"}, "demo": {"type": "boolean"}}
  },
  "Document": {"type": "object"}
})json";

}  // namespace tillcast::contracts
