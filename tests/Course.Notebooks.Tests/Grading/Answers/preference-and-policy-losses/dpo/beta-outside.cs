// test-dpo: It belongs inside the sigmoid
Tensor Dpo(Tensor policyChosen, Tensor policyRejected, Tensor referenceChosen, Tensor referenceRejected, double beta)
{
    var h = (policyChosen - referenceChosen.detach()) - (policyRejected - referenceRejected.detach());
    return -beta * nn.functional.logsigmoid(h).mean();
}
