#include "app/schema_verb.h"

#include <iostream>

#include "commerce/typescript.h"
#include "contracts/native/api_documents.h"

namespace tillcast::app {

void print_schema(const SchemaOptions& options) {
  using Form = SchemaOptions::Form;
  switch (options.form) {
    case Form::kOpenApi:
      std::cout << contracts::openapi_json() << '\n';
      return;
    case Form::kAsyncApi:
      std::cout << contracts::asyncapi_json() << '\n';
      return;
    case Form::kTypes:
      std::cout << commerce::typescript_types();
      return;
  }
}

}  // namespace tillcast::app
